import assert from "node:assert/strict";
import { test } from "node:test";
import type { ContainerState } from "../container/state/state.ts";
import type { PortMapping } from "../options/network-mode.ts";
import { formatPorts } from "./container-ports.ts";
import { statusText, toRfc3339 } from "./container-status.ts";

function port(text: string): PortMapping {
  const [, hostIp = "", hostPort, containerPort, range, protocol] =
    /^(?:([\d.]+):)?(\d+):(\d+)(?:\+(\d+))?\/(tcp|udp)$/.exec(text) ?? [];
  return {
    hostIp,
    hostPort: Number(hostPort),
    containerPort: Number(containerPort),
    range: Number(range ?? 1),
    protocol: protocol === "udp" ? "udp" : "tcp",
  };
}

// What podman 4.3.1 prints for the same ports.
for (const [ports, expected] of [
  [[], ""],
  [["8080:80/tcp"], "0.0.0.0:8080->80/tcp"],
  [["8081:81/tcp", "8080:80/tcp"], "0.0.0.0:8080-8081->80-81/tcp"],
  [["9000:9000+3/tcp", "8080:80/tcp"], "0.0.0.0:8080->80/tcp, 0.0.0.0:9000-9002->9000-9002/tcp"],
  [
    ["8080:80/tcp", "8081:81/tcp", "5353:53/udp", "127.0.0.1:9999:99/tcp"],
    "0.0.0.0:8080-8081->80-81/tcp, 0.0.0.0:5353->53/udp, 127.0.0.1:9999->99/tcp",
  ],
  [["8080:80+2/tcp", "8082:82/tcp"], "0.0.0.0:8080-8082->80-82/tcp"],
  [["8080:80/udp", "8080:80/tcp"], "0.0.0.0:8080->80/tcp, 0.0.0.0:8080->80/udp"],
] as const) {
  test(`formatPorts(): ${ports.join(" ")}`, () => {
    assert.equal(formatPorts({ ports: ports.map(port), exposed: [] }), expected);
  });
}

test("formatPorts(): exposed ports that are not published come last, by protocol, neighbours as a range", () => {
  const exposed = [
    { port: 80, protocol: "tcp" },
    { port: 443, protocol: "tcp" },
    { port: 5, protocol: "udp" },
    { port: 444, protocol: "tcp" },
    { port: 4, protocol: "udp" },
    { port: 6, protocol: "sctp" },
  ] as const;
  assert.equal(
    formatPorts({ ports: [port("8080:80/tcp")], exposed }),
    "0.0.0.0:8080->80/tcp, 6/sctp, 443-444/tcp, 4-5/udp",
  );
});

const state: ContainerState = {
  status: "created",
  pid: 0,
  monitorPid: 0,
  exitCode: 0,
  oomKilled: false,
  timedOut: false,
  startedAt: undefined,
  finishedAt: undefined,
  restartCount: 0,
  restartsAt: undefined,
  lastExitCode: undefined,
  runtimeDirectory: undefined,
};
const NOW = 1_000_000_000_000;

for (const [given, expected] of [
  [{ status: "created" }, "Created"],
  [{ status: "initialized" }, "Initialized"],
  [{ status: "running", startedAt: "999999820.5" }, "Up 2 minutes"],
  [{ status: "paused" }, "Paused"],
  [{ status: "exited", exitCode: 3, finishedAt: "999999989.999999999" }, "Exited (3) 10 seconds ago"],
  [{ status: "exited", exitCode: 5, restartsAt: "1000000001.6" }, "Restarting (5) in 1.6 s"],
  [{ status: "exited", exitCode: 5, restartsAt: "1000000042.2" }, "Restarting (5) in 42 s"],
  [{ status: "exited", exitCode: 5, restartsAt: "999999999.0" }, "Restarting (5) in 0.0 s"],
  [{ status: "exited", exitCode: -1, startedAt: "999996400.0" }, "Exited (-1) About an hour ago"],
] as const) {
  test(`statusText(): ${expected}`, () => assert.equal(statusText({ ...state, ...given }, NOW), expected));
}

test("toRfc3339(): nanoseconds without their last zeros", () => {
  assert.equal(toRfc3339("1795242648.139548700"), "2026-11-21T06:30:48.1395487Z");
  assert.equal(toRfc3339("1795242648.000000000"), "2026-11-21T06:30:48Z");
});
