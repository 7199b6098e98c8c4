import assert from "node:assert/strict";
import { test } from "node:test";
import { parseProcess } from "./process-facts.ts";

const status = `Name:	odd) (name
State:	S (sleeping)
Pid:	4711
PPid:	4700
Uid:	1000	1001	1002	1003
Gid:	5	6	7	8
Groups:	10 20 
NSpid:	4711	12	3
NSpgid:	4711	12	1
CapInh:	0000000000000000
CapPrm:	00000000800405fb
CapEff:	00000000800405fb
CapBnd:	000001ffffffffff
CapAmb:	0000000000000000
Seccomp:	2
`;
const stat = `4711 (odd) (name) S 4700 4711 4711 34816 4711 4194304 1 2 3 4 150 50 0 0 20 -5 1 0 9000 2097152 100 18446744073709551615`;

test("parseProcess(): what the three files say", () => {
  const found = parseProcess({ status, stat, cmdline: "sleep\0 10\0\0" }, 2);
  assert.deepEqual(found, {
    hostPid: 4711,
    parent: 4700,
    pid: 3,
    command: "odd) (name",
    args: ["sleep", " 10", ""],
    state: "S",
    uids: [1000, 1001, 1002, 1003],
    gids: [5, 6, 7, 8],
    groups: [10, 20],
    group: 1,
    capabilities: {
      inheritable: 0n,
      permitted: 0x800405fbn,
      effective: 0x800405fbn,
      bounding: 0x1ffffffffffn,
      ambient: 0n,
    },
    seccomp: 2,
    nice: -5,
    tty: 34816,
    cpuTicks: 200,
    startTicks: 9000,
    virtualSize: 2097152,
    residentSize: 409600,
  });
});

test("parseProcess(): a kernel thread has no arguments", () =>
  assert.deepEqual(parseProcess({ status, stat, cmdline: "" }, 0).args, []));
