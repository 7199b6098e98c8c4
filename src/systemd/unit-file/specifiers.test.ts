import assert from "node:assert/strict";
import { test } from "node:test";
import { fillSpecifiers } from "./specifiers.ts";

const values = {
  unit: "a-b@x-y.service",
  env: { HOME: "/home/u", XDG_RUNTIME_DIR: "/run/user/7", USER: "u" },
  uid: 7,
  hostname: "h.example",
};

for (const [text, expected] of [
  ["%n %N %p %i %I %j", "a-b@x-y.service a-b@x-y a-b x-y x/y b"],
  ["%t/%U %h %u %H %l", "/run/user/7/7 /home/u u h.example h"],
  ["100%%", "100%"],
  ["%E", "/home/u/.config"],
] as const) {
  test(`fillSpecifiers(): ${text}`, () => assert.equal(fillSpecifiers(text, values), expected));
}

for (const text of ["%b", "50%"]) {
  test(`fillSpecifiers() refuses ${text}`, () =>
    assert.throws(() => fillSpecifiers(text, values), /can't be filled in without systemd/));
}
