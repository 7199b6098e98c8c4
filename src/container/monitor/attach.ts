import type { ChildProcess } from "node:child_process";
import { closeSync, readSync } from "node:fs";
import { join } from "node:path";
import type { ContainerRecord } from "../../options/container-record.ts";
import { pipe, setCloexec } from "../../os/descriptor.ts";
import type { Env } from "../../os/env.ts";
import { ExitCode } from "../../os/exit-code.ts";
import { libDirectory } from "../../os/program-files.ts";
import { execve } from "../../os/spawn.ts";
import { TRACE } from "../../protocol/environment.ts";
import { appendEvent } from "../../storage/events.ts";
import type { Store } from "../../storage/store.ts";
import { containerEvent } from "../start/event.ts";
import type { PendingStart } from "../state/start-options.ts";

export interface AttachOptions {
  /** Runtime directory of the container or exec session. */
  readonly directory: string;
  readonly tty: boolean;
  readonly stdin: boolean;
  readonly stdout?: boolean;
  readonly stderr?: boolean;
  /** Bytes that detach; empty: nothing does. */
  readonly detachKeys: Uint8Array;
  readonly signalProxy: boolean;
  /**
   * Whether the container is stopped when its output is read no more: with --rm no other process would do
   * that.
   */
  readonly stopsOnBrokenOutput?: boolean;
  /** So many seconds after a SIGTERM that was passed on the process gets SIGKILL; undefined: never. */
  readonly stopSeconds?: number | undefined;
  /** Where the process does not run yet: the client awaits that. */
  readonly starting?: ClientStart;
}

export interface ClientStart extends Pick<PendingStart, "syncFd"> {
  /** Has the container's lock; undefined for an exec session, which has none. */
  readonly lockFd?: number;
  /** What the client becomes when the start fails: argv, to which the monitor's answer is added. */
  readonly failedCommand: readonly string[];
}

/**
 * Write the event of a client that attaches to a container that runs; the monitor writes that of `start -a`.
 */
export function tellAttached(store: Store, record: ContainerRecord): void {
  appendEvent(store, containerEvent(record, "attach"));
}

const clientProgram = (): string => join(libDirectory, "tspod-attach");

const NO_LOCK = -1;

function clientArguments({ starting, ...options }: AttachOptions): string[] {
  return [
    ...(options.tty ? ["--tty"] : []),
    ...(options.stdin ? ["--stdin"] : []),
    ...(options.stdout === false ? ["--no-stdout"] : []),
    ...(options.stderr === false ? ["--no-stderr"] : []),
    ...["--detach-keys", Buffer.from(options.detachKeys).toString("hex")],
    ...(options.signalProxy ? ["--sig-proxy"] : []),
    ...(options.stopsOnBrokenOutput ? ["--rm"] : []),
    ...(options.stopSeconds === undefined ? [] : ["--stop-seconds", String(options.stopSeconds)]),
    ...(starting ? ["--starting", String(starting.syncFd), String(starting.lockFd ?? NO_LOCK)] : []),
    options.directory,
    ...(starting?.failedCommand ?? []),
  ];
}

/**
 * Become the attach client: same pid, no Node. Never returns. The caller has flushed its output.
 * @see execve(2)
 */
export function becomeAttachClient(options: AttachOptions, env: Env): never {
  const file = clientProgram();
  const { starting } = options;
  // Open, the first also tells the monitor that a client is going to attach.
  for (const fd of [starting?.syncFd, starting?.lockFd]) if (fd !== undefined) setCloexec(fd, false);
  // All of it only where another command may follow.
  const needed = starting === undefined ? { TERM: env.TERM, [TRACE]: env[TRACE] } : env;
  return execve(file, [file, ...clientArguments(options)], needed);
}

/** Signals that the terminal sends to its whole foreground process group: the client has them already. */
const FORWARDED = ["SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2"] as const;
const FROM_TERMINAL = ["SIGINT", "SIGQUIT"] as const;

/**
 * Runs the attach client as a child, for a caller that has something to do afterwards.
 * @returns its exit code
 */
export async function runAttachClient(
  options: AttachOptions,
  { env, syncFd }: { env: Env; syncFd: number },
): Promise<number> {
  const { spawn } = await import("node:child_process");
  setCloexec(syncFd, false);
  const child = spawn(clientProgram(), clientArguments(options), {
    stdio: "inherit",
    env: { TERM: env.TERM },
  });
  closeSync(syncFd);
  return endOf(child);
}

/**
 * Runs the attach client as a child, for a caller that has something to do once the client is attached: what
 * the process prints from then on is shown.
 * @throws what `attached` throws; the client is ended then
 * @returns its exit code
 */
export async function attachBefore(
  attached: () => Promise<void>,
  options: AttachOptions,
  env: Env,
): Promise<number> {
  const { spawn } = await import("node:child_process");
  using pipes = new DisposableStack();
  const { readFd, writeFd } = pipe();
  pipes.adopt(readFd, closeSync);
  const child = spawn(clientProgram(), ["--tell-attached", ...clientArguments(options)], {
    stdio: ["inherit", "inherit", "inherit", writeFd],
    env: { TERM: env.TERM },
  });
  const ended = endOf(child);
  closeSync(writeFd);
  readSync(readFd, Buffer.alloc(1)); // end of file: it is attached, or has ended
  try {
    await attached();
  } catch (error) {
    child.kill("SIGTERM");
    await ended;
    throw error;
  }
  return await ended;
}

/** Signals are the container's from now on: an earlier listener would make them ours. */
function endOf(child: ChildProcess): Promise<number> {
  for (const signal of [...FORWARDED, ...FROM_TERMINAL]) process.removeAllListeners(signal);
  for (const signal of FORWARDED) process.on(signal, () => child.kill(signal));
  for (const signal of FROM_TERMINAL) process.on(signal, () => {});
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => resolve(code ?? ExitCode.failed));
  });
}

/**
 * As becomeHealthClient(), with a child, for callers that have something to do afterwards.
 * @returns its exit code
 */
export async function runHealthClient(directory: string, timeout: string): Promise<number> {
  const { spawn } = await import("node:child_process");
  return endOf(spawn(clientProgram(), ["--healthcheck", timeout, directory], { stdio: "inherit", env: {} }));
}

/**
 * Becomes a client that has the monitor run the container's health check, and ends with the result: 0
 * healthy, 1 unhealthy, 125 where there is none.
 * @param timeout in words
 */
export function becomeHealthClient(directory: string, timeout: string): never {
  const file = clientProgram();
  return execve(file, [file, "--healthcheck", timeout, directory], {});
}
