import assert from "node:assert/strict";
import { test } from "node:test";
import type { TopFacts } from "../container/report/top.ts";
import { descriptors, parseDescriptors } from "./top-descriptors.ts";

const same = { inContainer: (id: number) => id, onHost: (id: number) => (id === 0 ? 1000 : 99_999 + id) };
const process = {
  hostPid: 700,
  parent: 1,
  pid: 1,
  command: "sleep",
  args: ["sleep", "10"],
  state: "S",
  uids: [0, 1, 0, 0],
  gids: [0, 77, 0, 0],
  groups: [5, 77],
  group: 1,
  capabilities: {
    inheritable: 0n,
    permitted: 0x21n,
    effective: 0x21n,
    bounding: 0x1ffffffffffn,
    ambient: 0n,
  },
  seccomp: 2,
  nice: 0,
  tty: 0x8801,
  cpuTicks: 150,
  startTicks: 1000,
  virtualSize: 4096,
  residentSize: 8192,
};
const facts: TopFacts = {
  processes: [process, { ...process, hostPid: 701, parent: 700, pid: 2 }],
  uptime: 20,
  bootTime: 1_700_000_000,
  lastCapability: 40,
  passwdText: "root:x:0:0::/:/bin/sh\ndaemon:x:1:1::/:/bin/sh\n",
  groupText: "root:x:0:\ntty:x:5:\n",
  uid: same,
  gid: same,
};

for (const [name, expected] of [
  ["args", "sleep 10 "],
  ["capamb", "none"],
  ["capbnd", "full"],
  ["capeff", "CHOWN,KILL"],
  ["comm", "sleep"],
  ["etime", "10s"],
  ["group", "77"],
  ["groups", "tty,77"],
  ["hgroup", "100076"],
  ["hpid", "700"],
  ["huser", "100000"],
  ["pcpu", "15.000"],
  ["ppid", "0"],
  ["rgroup", "root"],
  ["rss", "8"],
  ["ruser", "root"],
  ["seccomp", "filter"],
  ["stime", "2023-11-14 22:13:30 +0000 UTC"],
  ["time", "1.5s"],
  ["tty", "pts/1"],
  ["user", "daemon"],
  ["vsz", "4"],
] as const)
  test(`top: ${name}`, () => assert.equal(descriptors[name]?.cell(process, facts), expected));

for (const [words, headings] of [
  [[], "USER PID PPID %CPU ELAPSED TTY TIME COMMAND"],
  [["pid,comm", "args"], "PID COMMAND COMMAND"],
  [["%p %U", "hpid"], "PID USER HPID"],
  [["aux"], undefined],
  [["-eo", "pid"], undefined],
] as const)
  test(`parseDescriptors(${JSON.stringify(words)})`, () =>
    assert.equal(
      parseDescriptors(words)
        ?.map(({ heading }) => heading)
        .join(" "),
      headings,
    ));
