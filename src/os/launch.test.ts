import assert from "node:assert/strict";
import { test } from "node:test";
import { takeLaunch } from "./launch.ts";

test("takeLaunch(): the launcher's variables are read once and gone", () => {
  const env: Record<string, string | undefined> = {
    PATH: "/bin",
    _TSPOD_ARGV0: "/opt/bin/docker",
    _TSPOD_RUNTIME_DIR: "/run/user/7/tspod",
    _TSPOD_UID: "7",
    _TSPOD_GID: "8",
    _TSPOD_LIVE_FD: "3",
    _TSPOD_CALLER_MOUNTS: "1",
    _TSPOD_IGNORED_SIGNALS: "1 2 ",
    _TSPOD_NODE_OPTIONS: "--inspect",
  };
  assert.deepEqual(takeLaunch(env), {
    runtimeDirectory: "/run/user/7/tspod",
    uid: 7,
    gid: 8,
    liveFd: 3,
    joined: true,
    callerMounts: true,
    ignoredSignals: [1, 2],
    name: "docker",
    typed: "/opt/bin/docker",
  });
  assert.deepEqual({ ...env }, { PATH: "/bin", NODE_OPTIONS: "--inspect" });
  assert.equal(env.toString, undefined);
  assert.equal(takeLaunch({ _TSPOD_NO_USERNS: "1" }).joined, false);
  assert.equal(takeLaunch({}).joined, false);
  assert.equal(takeLaunch({}).callerMounts, false);
  assert.deepEqual(takeLaunch({}).ignoredSignals, []);
});
