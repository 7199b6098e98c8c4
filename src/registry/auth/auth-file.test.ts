import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { parseRetryAfter } from "../response-error.ts";
import { type AuthFile, findAuthEntry, findHelper, readAuthFile } from "./auth-file.ts";
import { parseChallenges } from "./challenge.ts";

const auth = (user: string): { auth: string } => ({ auth: Buffer.from(`${user}:pa:ss`).toString("base64") });

const FILE: AuthFile = {
  auths: {
    "quay.io": auth("host"),
    "quay.io/team": auth("team"),
    "quay.io/team/app": auth("app"),
    "https://index.docker.io/v1/": auth("hub"),
    "http://old.io/v2/": auth("old"),
    "token.io": { identitytoken: "t" },
    "empty.io": {},
  },
  credHelpers: { "helped.io": "secret" },
};

for (const [registry, repository, expected] of [
  ["quay.io", "team/app", "app"],
  ["quay.io", "team/other", "team"],
  ["quay.io", "teamwork", "host"],
  ["docker.io", "library/alpine", "hub"],
  ["old.io", "x", "old"],
  ["empty.io", "x", undefined],
  ["other.io", "x", undefined],
] as const) {
  test(`credentials for ${registry}/${repository}`, () => {
    const found = findAuthEntry(FILE, registry, repository);
    assert.deepEqual(found, expected && { kind: "password", username: expected, password: "pa:ss" });
  });
}

test("identity tokens and helpers", () => {
  assert.deepEqual(findAuthEntry(FILE, "token.io", "x"), { kind: "identity-token", token: "t" });
  assert.equal(findHelper(FILE, "helped.io", "x"), "secret");
  assert.equal(findHelper(FILE, "quay.io", "x"), undefined);
  assert.equal(findHelper({ credsStore: "desktop" }, "quay.io", "x"), "desktop");
});

test("a damaged auth file is not quoted", () => {
  const directory = mkdtempSync(join(tmpdir(), "tspod-auth-"));
  try {
    const path = join(directory, "auth.json");
    writeFileSync(path, '{"auths": {"x.io": {"auth": "c2VjcmV0"');
    assert.throws(
      () => readAuthFile(path),
      ({ message }: Error) => message.includes(path) && !message.includes("c2Vj"),
    );
    assert.equal(readAuthFile(join(directory, "none")), undefined);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test("parseChallenges()", () => {
  assert.deepEqual(
    parseChallenges(['Bearer realm="https://a/t?x=1,2",service="s \\"q\\"", Basic realm=r', "Negotiate"]),
    [
      { scheme: "bearer", parameters: { realm: "https://a/t?x=1,2", service: 's "q"' } },
      { scheme: "basic", parameters: { realm: "r" } },
      { scheme: "negotiate", parameters: {} },
    ],
  );
  assert.deepEqual(parseChallenges(["", '"', "=,="]), []);
});

test("parseRetryAfter()", () => {
  assert.equal(parseRetryAfter("3", 0), 3000);
  assert.equal(parseRetryAfter("Thu, 01 Jan 1970 00:00:05 GMT", 1000), 4000);
  assert.equal(parseRetryAfter("soon", 0), undefined);
});
