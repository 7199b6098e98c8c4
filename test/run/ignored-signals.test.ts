import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import { TSPOD, until } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

/**
 * nohup ignores SIGHUP, a script's shell SIGINT and SIGQUIT for what it has in the background; Node takes the
 * default again.
 */
const world = await makeWorld();
after(() => world.close());
const { host } = world;

interface Ignoring {
  readonly pid: number;
  readonly ended: Promise<{ code: unknown; stdout: string; stderr: string }>;
}

function startIgnoring(...args: readonly string[]): Ignoring {
  const script = 'trap "" HUP INT; exec "$@"';
  const child = spawn("sh", ["-c", script, "sh", TSPOD, ...args], { env: host.env, cwd: host.directory });
  const { pid } = child;
  assert.ok(pid);
  const output = Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { pid, ended: output.then(([stdout, stderr, [code]]) => ({ code, stdout, stderr })) };
}

/** Once the process is what it is to be, and ignores both again. */
async function signalIgnored({ pid }: Ignoring, program: RegExp): Promise<void> {
  await until(
    () => program.test(readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ")),
    `${program}`,
  );
  const ignored = (): boolean => {
    const mask = /^SigIgn:\t([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return (Number.parseInt((mask ?? "0").slice(-1), 16) & 3) === 3; // SIGHUP is 1, SIGINT 2
  };
  await until(ignored, "SIGHUP and SIGINT ignored");
  for (const signal of ["SIGHUP", "SIGINT"]) process.kill(pid, signal);
}

describe("a signal that the caller ignores ends nothing", () => {
  before(() => host.ok(["run", "-d", "--name", "box", "--network", "none", IMAGE, "sleep", "1000"]));

  test("a command that waits", async () => {
    await host.ok(["create", "--name", "later", "--network", "none", IMAGE, "sh", "-c", "exit 4"]);
    await host.ok(["init", "later"]);
    const waiting = startIgnoring("wait", "later");
    await signalIgnored(waiting, /main\.cjs wait/);
    await host.ok(["start", "later"]);
    assert.deepEqual(await waiting.ended, { code: 0, stdout: "4\n", stderr: "" });
  });

  test("a command that cleans up when it is interrupted", async () => {
    const following = startIgnoring("logs", "-f", "box");
    await signalIgnored(following, /main\.cjs logs/);
    await host.ok(["exec", "box", "sh", "-c", "echo still there >/proc/1/fd/1"]);
    await host.ok(["rm", "-f", "-t", "0", "box"]);
    assert.deepEqual(await following.ended, { code: 0, stdout: "still there\n", stderr: "" });
  });

  test("a run: its container hears nothing of SIGHUP, but of the SIGINT that somebody sends to this very process", async () => {
    const script = 'trap "echo HUP" HUP; trap "echo INT; exit 5" INT; echo up; while :; do sleep 0.1; done';
    const running = startIgnoring("run", "--name", "deaf", "--network", "none", IMAGE, "sh", "-c", script);
    await until(async () => (await host.tspod(["logs", "deaf"])).stdout === "up\n", "its handlers");
    await signalIgnored(running, /tspod-attach/);
    assert.deepEqual(await running.ended, { code: 5, stdout: "up\nINT\n", stderr: "" });
  });

  test("its container does not ignore them", async () => {
    const running = startIgnoring(
      "run",
      "--rm",
      "--network",
      "none",
      IMAGE,
      "grep",
      "SigIgn",
      "/proc/self/status",
    );
    assert.deepEqual(await running.ended, { code: 0, stdout: "SigIgn:\t0000000000000000\n", stderr: "" });
  });
});
