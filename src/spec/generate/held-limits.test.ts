import assert from "node:assert/strict";
import { test } from "node:test";
import { exampleHost, exampleOptions } from "../../../test/fixtures/run-example.ts";
import { withHeldLimits } from "./held-limits.ts";
import { resources } from "./resources.ts";

const CGROUP = {
  kind: "systemd",
  path: "a:b:c",
  controllers: ["memory", "pids", "cpu"],
  unified: true,
} as const;

test("besteffort leaves out what can't be held, and no more", () => {
  const rates = [{ path: "/dev/x", rate: 1 }];
  const asked = { memory: 67108864, cpusetCpus: "0", blkioWeight: 10, deviceReadBps: rates };
  const warnings: string[] = [];
  const options = { ...exampleOptions, resources: { ...exampleOptions.resources, ...asked } };
  const held = withHeldLimits(options, CGROUP, (line) => warnings.push(line));
  assert.deepEqual(resources(held, { ...exampleHost, cgroup: CGROUP }), {
    memory: { limit: 67108864, swap: 134217728 },
    pids: { limit: 2048 },
  });
  const told = /^WARN\[0000\] (--[\w-]+) can't be held: the "(\w+)"/;
  assert.deepEqual(
    warnings.map((line) => told.exec(line)?.slice(1).join(" ")),
    ["--cpuset-cpus cpuset", "--blkio-weight io", "--device-read-bps io"],
  );
});

test("besteffort without a cgroup leaves out --cgroup-conf", () => {
  const options = { resources: { ...exampleOptions.resources, unified: { "memory.high": "1" } } };
  const none = { ...CGROUP, kind: "disabled", controllers: [] } as const;
  const warnings: string[] = [];
  const held = withHeldLimits(options, none, (line) => warnings.push(line));
  assert.deepEqual(held.resources.unified, {});
  assert.match(warnings.join(), /^WARN\[0000\] --cgroup-conf can't be held: containers of this user have no/);
});
