import assert from "node:assert/strict";
import { test } from "node:test";
import { blockBytes, networkBytes } from "./usage.ts";

test("networkBytes(): all interfaces but lo", () => {
  const text = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:     999       1    0    0    0     0          0         0      999       1    0    0    0     0       0          0
  tap0:     340       3    0    0    0     0          0         0      110       1    0    0    0     0       0          0
  eth1:60 3 0 0 0 0 0 0 40 1 0 0 0 0 0 0
`;
  assert.deepEqual(networkBytes(text), { networkIn: 400, networkOut: 150 });
});

test("blockBytes(): all devices", () => {
  const text =
    "8:0 rbytes=100 wbytes=20 rios=1 wios=2 dbytes=0 dios=0\n254:1 rbytes=5 wbytes=0 rios=1 wios=0 dbytes=7 dios=1\n";
  assert.deepEqual(blockBytes(text), { blockIn: 105, blockOut: 20 });
});

test("nothing counted is nothing", () => {
  assert.deepEqual(networkBytes(""), { networkIn: 0, networkOut: 0 });
  assert.deepEqual(blockBytes(""), { blockIn: 0, blockOut: 0 });
});
