import assert from "node:assert/strict";
import { test } from "node:test";
import { parseSecret, secretDestination } from "./secret.ts";

const plain = { source: "one", type: "mount", uid: 0, gid: 0, mode: 0o444 };

for (const [text, expected, destination] of [
  ["one", plain, "/run/secrets/one"],
  ["source=one", plain, "/run/secrets/one"],
  ["one,target=two", { ...plain, target: "two" }, "/run/secrets/two"],
  [
    "one,target=/etc/two,uid=5,gid=6,mode=0400",
    { ...plain, target: "/etc/two", uid: 5, gid: 6, mode: 0o400 },
    "/etc/two",
  ],
  ["one,target=", { ...plain, target: "" }, "/run/secrets/one"],
  ["one,target=../two/./three", { ...plain, target: "../two/./three" }, "/run/two/three"],
  ['"', { ...plain, source: '"' }, '/run/secrets/"'],
  ["one,type=env,target=ONE", { ...plain, type: "env", target: "ONE" }, undefined],
] as const) {
  test(`parseSecret(): ${text}`, () => {
    assert.deepEqual(parseSecret(text), expected);
    assert.equal(secretDestination(parseSecret(text)), destination);
  });
}

for (const [text, message] of [
  ["one,type=foo", "type foo is invalid: parsing secret"],
  ["one,bar=foo", "option bar=foo invalid: parsing secret"],
  ["one,bar", "option bar must be in form option=value: parsing secret"],
  ["one,uid=x", "UID x invalid: parsing secret"],
  ["one,mode=9", "mode 9 invalid: parsing secret"],
  ["one,type=env,uid=1", "UID, GID, Mode options cannot be set with secret type env: parsing secret"],
  ["", "no source found : parsing secret"],
] as const) {
  test(`parseSecret(): "${text}" is refused`, () => assert.throws(() => parseSecret(text), { message }));
}
