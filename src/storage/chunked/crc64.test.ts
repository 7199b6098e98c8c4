import assert from "node:assert/strict";
import { test } from "node:test";
import { crc64 } from "./crc64.ts";

test("the check value of CRC-64/GO-ISO", () => {
  const whole = crc64();
  whole.update(Buffer.from("123456789"));
  assert.equal(whole.digest().toString("hex"), "b90956c775a41001");
  const parts = crc64();
  for (const digit of ["1", "23", "", "456789"]) parts.update(Buffer.from(digit));
  assert.deepEqual(parts.digest(), whole.digest());
});

test("nothing", () => {
  assert.equal(crc64().digest().toString("hex"), "0000000000000000");
});
