import assert from "node:assert/strict";
import { test } from "node:test";
import type { ResourceOptions } from "../../options/create-options.ts";
import { sliceProperties } from "./pod-slice.ts";

const NONE: ResourceOptions = {
  blkioWeightDevice: [],
  deviceReadBps: [],
  deviceWriteBps: [],
  deviceReadIops: [],
  deviceWriteIops: [],
  unified: {},
};

for (const [what, asked, expected] of [
  ["nothing", {}, []],
  ["memory", { memory: 1 << 26 }, [["MemoryMax", "t", "67108864"]]],
  [
    "memory and swap: systemd counts them apart",
    { memory: 100, memorySwap: 150 },
    [
      ["MemoryMax", "t", "100"],
      ["MemorySwapMax", "t", "50"],
    ],
  ],
  [
    "swap without a limit",
    { memory: 100, memorySwap: -1 },
    [
      ["MemoryMax", "t", "100"],
      ["MemorySwapMax", "t", "18446744073709551615"],
    ],
  ],
  [
    "one and a half CPUs, in microseconds a second",
    { nanoCpus: 15e8 },
    [["CPUQuotaPerSecUSec", "t", "1500000"]],
  ],
  ["shares", { cpuShares: 1024 }, [["CPUWeight", "t", "39"]]],
  ["CPUs, the lowest byte first", { cpusetCpus: "0-2,9" }, [["AllowedCPUs", "ay", "2", "7", "2"]]],
  ["memory nodes", { cpusetMems: "0" }, [["AllowedMemoryNodes", "ay", "1", "1"]]],
  [
    "devices",
    { blkioWeight: 200, deviceReadBps: [{ path: "/dev/a", rate: 1024 }] },
    [
      ["IOWeight", "t", "200"],
      ["IOReadBandwidthMax", "a(st)", "1", "/dev/a", "1024"],
    ],
  ],
] as const)
  test(`sliceProperties(): ${what}`, () => {
    assert.deepEqual(sliceProperties({ ...NONE, ...asked }), expected);
  });

test("a list of CPUs that is none", () => {
  assert.throws(() => sliceProperties({ ...NONE, cpusetCpus: "0-" }), {
    message: '"0-" is no list of numbers such as 0-2,5',
  });
});
