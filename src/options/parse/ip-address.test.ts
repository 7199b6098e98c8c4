import assert from "node:assert/strict";
import { isIP } from "node:net";
import { test } from "node:test";
import { isIpAddress } from "./ip-address.ts";

for (const text of [
  ...[
    "1.2.3.4",
    "255.255.255.255",
    "0.0.0.0",
    "::",
    "::1",
    "fe80::1",
    "2001:db8::192.0.2.1",
    "1:2:3:4:5:6:7:8",
  ],
  ...[
    "",
    "1.2.3",
    "1.2.3.4.",
    "256.1.1.1",
    "01.2.3.4",
    "1.2.3.4.5",
    "bogus",
    ":",
    ":::",
    "1::2::3",
    "12345::",
    "1.2",
    "::1]",
  ],
]) {
  test(`isIpAddress("${text}") says what Node says`, () => assert.equal(isIpAddress(text), isIP(text) !== 0));
}
