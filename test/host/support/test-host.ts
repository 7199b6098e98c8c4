import assert from "node:assert/strict";
import { connect } from "node:net";
import { type Result, runProgram, until } from "../../support/program.ts";

/** Both can log in; `tester` has subordinate ids and a systemd user manager. */
export type Account = "root" | "tester";

/** The image that `loadImage()` loads: a static busybox. */
export const IMAGE = "localhost/busybox:latest";

/** It is emulated, and others may work on what emulates it: an idle one is 20 times faster. */
const PATIENCE_MS = 400_000;

/** The virtual machine that `npm run test:host` has started. Its systemd is real. */
export interface TestHost {
  /** Run a script by bash, in a login session of its own. */
  run(script: string, options?: { as?: Account; timeoutMs?: number; input?: string }): Promise<Result>;
  /** As run(), but it must end with 0: gives its stdout without the last newline. */
  ok(script: string, options?: { as?: Account; timeoutMs?: number; input?: string }): Promise<string>;
  /** Put the image into tester's store, if it isn't there. */
  loadImage(): Promise<void>;
  /** An orderly reboot; resolves when one can log in again. */
  reboot(): Promise<void>;
  /**
   * What a power cut does: no process ends in order, no page is flushed. Resolves when one can log in again.
   */
  cutPower(): Promise<void>;
}

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run this by 'npm run test:host'`);
  return value;
}

/** The test host, once one can log in. */
export async function openTestHost(): Promise<TestHost> {
  const directory = setting("TSPOD_TEST_HOST");
  const ssh = sshArguments(directory);
  const run: TestHost["run"] = (script, { as = "tester", timeoutMs = PATIENCE_MS, input } = {}) =>
    runProgram("ssh", [...ssh, `${as}@127.0.0.1`, `${PATH_LINE}\n${script}`], {
      timeoutMs,
      ...(input !== undefined && { input }),
    });
  const bootId = async () => {
    const { code, stdout } = await run("cat /proc/sys/kernel/random/boot_id", {
      as: "root",
      timeoutMs: 60_000,
    });
    return code === 0 ? stdout.trim() : "";
  };
  const another = (before: string) =>
    until(
      async () => {
        const now = await bootId().catch(() => "");
        return now !== "" && now !== before;
      },
      "the test host to boot",
      600_000, // 20 s on an idle machine
    );
  await another("");
  const ok: TestHost["ok"] = async (script, options) => {
    const result = await run(script, options);
    assert.equal(result.code, 0, `${script}: exit ${result.code}\n${result.stdout}${result.stderr}`);
    return result.stdout.replace(/\n$/, "");
  };
  return {
    run,
    ok,
    async loadImage() {
      await ok(`tspod image exists ${IMAGE} || tspod load -q -i /opt/tspod/images/busybox.tar`);
    },
    async reboot() {
      const before = await bootId();
      await run("systemctl reboot", { as: "root" });
      await another(before);
    },
    async cutPower() {
      const before = await bootId();
      await monitorCommand(`${directory}/monitor`, "system_reset");
      await another(before);
    },
  };
}

const PATH_LINE = 'export PATH="/opt/tspod/bin:$PATH"';

function sshArguments(directory: string): string[] {
  const options = {
    IdentityFile: setting("TSPOD_TEST_HOST_KEY"),
    Port: setting("TSPOD_TEST_HOST_PORT"),
    // It is another machine at every start, and only loopback lies between.
    StrictHostKeyChecking: "no",
    UserKnownHostsFile: `${directory}/known_hosts`,
    LogLevel: "ERROR",
    BatchMode: "yes",
    ConnectTimeout: "20",
    ServerAliveInterval: "10",
    ServerAliveCountMax: "20",
  };
  return ["-F", "none", ...Object.entries(options).flatMap(([key, value]) => ["-o", `${key}=${value}`])];
}

/** @see https://www.qemu.org/docs/master/system/monitor.html */
function monitorCommand(socketPath: string, command: string): Promise<void> {
  return new Promise((done, failed) => {
    const socket = connect(socketPath, () => socket.end(`${command}\n`));
    socket.on("error", failed);
    socket.on("close", () => done());
    socket.resume();
  });
}
