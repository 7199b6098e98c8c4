import assert from "node:assert/strict";
import { test } from "node:test";
import { parseBytesRate, parseDevice, parseDeviceWeight, parseOperationsRate } from "./device.ts";

for (const [text, source, destination, permissions] of [
  ["/dev/fuse", "/dev/fuse", "/dev/fuse", "rwm"],
  ["/dev/fuse:/dev/x", "/dev/fuse", "/dev/x", "rwm"],
  ["/dev/fuse:r", "/dev/fuse", "/dev/fuse", "r"],
  ["/dev/fuse:/dev/x:rw", "/dev/fuse", "/dev/x", "rw"],
] as const) {
  test(`parseDevice("${text}")`, () =>
    assert.deepEqual(parseDevice(text), { source, destination, permissions }));
}

for (const [text, message] of [
  ["/dev/null:/x:zz", 'invalid device mode "zz" in device "/dev/null:/x:zz"'],
  ["/dev/null:x", 'invalid device mode "x" in device "/dev/null:x"'],
  ["/dev/null:/a:b:c", "invalid device specification: /dev/null:/a:b:c"],
  ["", "invalid device specification: "],
] as const) {
  test(`parseDevice("${text}") fails`, () => assert.throws(() => parseDevice(text), { message }));
}

test("rates have a device and a number", () => {
  assert.deepEqual(parseBytesRate("/dev/sda:1m"), { path: "/dev/sda", rate: 1048576 });
  assert.deepEqual(parseOperationsRate("/dev/sda:5"), { path: "/dev/sda", rate: 5 });
  assert.deepEqual(parseDeviceWeight("/dev/sda:10"), { path: "/dev/sda", weight: 10 });
  assert.throws(() => parseBytesRate("x"), { message: "bad format: x" });
  assert.throws(() => parseOperationsRate("/dev/sda:1m"), /Number must be a positive integer/);
  assert.throws(() => parseDeviceWeight("/dev/sda:5"), /invalid weight/);
});
