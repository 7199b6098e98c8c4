import assert from "node:assert/strict";
import { test } from "node:test";
import oracle from "@swimlane/docker-reference";
import {
  familiarReference,
  formatReference,
  isShortName,
  parseReference,
  withDefaultTag,
  withoutTagIfDigested,
} from "./reference.ts";

const HEX = "0123456789abcdef".repeat(4);
const DIGEST = `sha256:${HEX}`;

for (const [text, full, familiar] of [
  ["alpine", "docker.io/library/alpine:latest", "alpine:latest"],
  ["alpine:3.20", "docker.io/library/alpine:3.20", "alpine:3.20"],
  ["foo/bar", "docker.io/foo/bar:latest", "foo/bar:latest"],
  ["index.docker.io/alpine", "docker.io/library/alpine:latest", "alpine:latest"],
  ["docker.io/library/a/b", "docker.io/library/a/b:latest", "library/a/b:latest"],
  ["localhost/x", "localhost/x:latest", "localhost/x:latest"],
  ["localhost:5000/x:1", "localhost:5000/x:1", "localhost:5000/x:1"],
  ["[::1]:5000/x", "[::1]:5000/x:latest", "[::1]:5000/x:latest"],
  ["Host/x", "Host/x:latest", "Host/x:latest"],
  [`quay.io/a/b@${DIGEST}`, `quay.io/a/b@${DIGEST}`, `quay.io/a/b@${DIGEST}`],
  [`quay.io/a/b:1@${DIGEST}`, `quay.io/a/b@${DIGEST}`, `quay.io/a/b@${DIGEST}`],
] as const) {
  test(`reference ${text}`, () => {
    const reference = withoutTagIfDigested(withDefaultTag(parseReference(text)));
    assert.equal(formatReference(reference), full);
    assert.equal(familiarReference(reference), familiar);
  });
}

for (const [text, message] of [
  ["", "repository name must have at least one component"],
  ["Alpine", "repository name must be lowercase"],
  ["foo/Bar", "repository name must be lowercase"],
  ["alpine:", "invalid reference format"],
  ["a//b", "invalid reference format"],
  ["https://quay.io/x", "invalid reference format"],
  ["x@sha256:12", "invalid reference format"],
  [`x@sha512:${HEX}${HEX}`, /unsupported digest algorithm/],
  [`x:${"t".repeat(129)}`, "invalid reference format"],
  ["x".repeat(256), "repository name must not be more than 255 characters"],
  [HEX, /cannot specify 64-byte hexadecimal strings/],
  ["a\n", "invalid reference format"],
  ["../x", "invalid reference format"],
] as const) {
  test(`not a reference: ${JSON.stringify(text).slice(0, 40)}`, () =>
    assert.throws(() => parseReference(text), {
      name: "TspodError",
      message:
        typeof message === "string" ? `parsing reference ${JSON.stringify(text)}: ${message}` : message,
    }));
}

test("isShortName()", () => {
  assert.deepEqual(["a", "a/b", "a:1/b", "a.b/c", "localhost/a", "a:1"].map(isShortName), [
    true,
    true,
    false,
    false,
    false,
    true,
  ]);
});

/** Every short combination of what matters to the grammar, judged by another implementation. */
test("agrees with @swimlane/docker-reference", () => {
  const parts = ["a", "A", "0", ".", "-", "_", "/", ":", "@"];
  const texts = parts.flatMap((a) =>
    parts.flatMap((b) =>
      parts.flatMap((c) => parts.flatMap((d) => [`x${a}${b}${c}${d}y`, `h.io/${a}${b}${c}${d}`])),
    ),
  );
  const ours = (text: string): string | undefined => attempt(() => formatReference(parseReference(text)));
  const theirs = (text: string): string | undefined =>
    attempt(() => oracle.parseFamiliarName(text).toString());
  // The oracle is older than the rule that a first component with an upper-case letter is a host.
  const known = (text: string): boolean => /^[^/]*[A-Z][^/]*\//.test(text);
  assert.deepEqual(
    texts.filter((text) => !known(text) && ours(text) !== theirs(text)),
    [],
  );
});

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
