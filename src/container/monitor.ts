import { closeSync, openSync, readSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TspodError } from "../errors.ts";
import { pipe, setCloexec, spawn, waitpid } from "../os/addon.ts";
import { keepCompiledCode } from "../os/compiled-code.ts";
import { libDirectory } from "../os/program-files.ts";
import { encodePlan, type PlanRecord } from "./monitor-plan.ts";

/** What went wrong in the monitor, which has undone everything (native/protocol.h, 3). */
export interface MonitorFailure {
  readonly stage: string;
  /** errno, an exit code, or for `port` the index of the request. */
  readonly number: number;
  readonly text: string;
}

export type MonitorAnswer =
  | { readonly kind: "started"; readonly pid: number; readonly syncFd: number }
  | { readonly kind: "failed"; readonly failure: MonitorFailure };

export interface MonitorSurroundings {
  /** Runtime directory of the container or exec session; exists. */
  readonly directory: string;
  /** The descriptor with the shared flock that keeps the keeper. */
  readonly liveFd: number | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Descriptors of ours that become the process's 3, 4, …; the plan's `create` must say so too. */
  readonly preservedFds?: readonly number[];
  /** Called as soon as the runtime has created the process, before it is started. */
  readonly onCreated?: () => void;
}

/** What runtimes, slirp4netns and the bus need of the user's environment; the rest is no business of theirs. */
const PASSED_ON = ["PATH", "HOME", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS", "TMPDIR"];

/**
 * Start a monitor with its plan, and wait until its process runs or has failed to.
 * On success the caller owns `syncFd`: closed (or its process ended), it tells a monitor that holds output back that
 * nobody is going to attach.
 * @throws {TspodError} If the monitor ends without an answer.
 */
export function runMonitor(plan: readonly PlanRecord[], surroundings: MonitorSurroundings): MonitorAnswer {
  const { readFd, writeFd } = pipe();
  const planPath = join(surroundings.directory, "plan");
  writeFileSync(planPath, encodePlan(plan), { mode: 0o600 });
  const planFd = openSync(planPath, "r");
  try {
    const file = join(libDirectory, "tspod-monitor");
    const env = Object.fromEntries(PASSED_ON.map((name) => [name, surroundings.env[name]]));
    const preserved = surroundings.preservedFds ?? [];
    const fds = [-1, -1, -1, planFd, writeFd, surroundings.liveFd ?? -1, ...preserved];
    const pid = spawn({ file, argv: ["tspod-monitor", String(preserved.length)], env, fds });
    waitpid(pid); // it forks at once, so that the container's monitor is no child of ours
  } finally {
    closeSync(planFd);
    closeSync(writeFd);
  }
  keepCompiledCode(); // the monitor is busy for some milliseconds
  return readAnswer(readFd, surroundings.onCreated);
}

function readAnswer(fd: number, onCreated?: () => void): MonitorAnswer {
  const chunk = Buffer.alloc(4096);
  let text = "";
  let created = false;
  for (;;) {
    const size = readSync(fd, chunk);
    text += chunk.toString("utf8", 0, size);
    if (!created && text.startsWith("created ")) {
      created = true;
      onCreated?.();
    }
    const failed = /^failed (\S+) (-?\d+) ?(.*)$/m.exec(text);
    if (failed !== null && text.endsWith("\n")) {
      closeSync(fd);
      const [, stage = "", number = "0", words = ""] = failed;
      return { kind: "failed", failure: { stage, number: Number(number), text: words } };
    }
    if (/^started$/m.test(text)) {
      return { kind: "started", pid: Number(/^created (\d+)$/m.exec(text)?.[1] ?? 0), syncFd: fd };
    }
    if (size === 0) {
      closeSync(fd);
      throw new TspodError("the container's monitor ended before the container was started");
    }
  }
}

/** Let the descriptor survive execve: the attach client, and with it the monitor's knowledge of us, lives on. */
export function keepOverExec(fd: number): void {
  setCloexec(fd, false);
}
