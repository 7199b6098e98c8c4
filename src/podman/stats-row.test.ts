import assert from "node:assert/strict";
import { test } from "node:test";
import type { Container } from "../container/state/list.ts";
import { statsJson, statsRow } from "./stats-row.ts";

const container = { record: { id: "0123456789abcdef", name: "web" } } as unknown as Container;
const usage = {
  cpuNanoseconds: 2e9,
  upNanoseconds: 20e9,
  memory: 1_500_000,
  memoryLimit: 6_000_000,
  networkIn: 340,
  networkOut: 110,
  blockIn: 0,
  blockOut: 2048,
  processes: 3,
  uncounted: { memory: false, block: false },
};

test("stats: the first look counts the whole run", () =>
  assert.deepEqual(statsJson(statsRow(container, usage, { noTrunc: false })), {
    id: "0123456789ab",
    name: "web",
    cpu_time: "2s",
    cpu_percent: "10.00%",
    avg_cpu: "10.00%",
    mem_usage: "1.5MB / 6MB",
    mem_percent: "25.00%",
    net_io: "340B / 110B",
    block_io: "0B / 2.048kB",
    pids: "3",
  }));

test("stats: a later look counts since the one before", () => {
  const before = { ...usage, cpuNanoseconds: 1e9, upNanoseconds: 18e9 };
  const row = statsRow(container, usage, { before, noTrunc: true });
  assert.equal(row.CPUPerc, "50.00%");
  assert.equal(row.ID, "0123456789abcdef");
  assert.equal(row.MemUsageBytes, "1.431MiB / 5.722MiB");
});
