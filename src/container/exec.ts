import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DamagedError, TspodError } from "../errors.ts";
import type { SpecProcess } from "../oci/runtime-spec.ts";
import { namedRecord, type PlanRecord } from "../protocol/plan.ts";
import { runtimeCommand } from "../rootless/runtime.ts";
import { type ExecOptions, execProcess } from "../spec/generate/exec-process.ts";
import { appendEvent } from "../storage/events.ts";
import { randomHex } from "../storage/random-hex.ts";
import type { Store } from "../storage/store.ts";
import { type HeldAnswer, runMonitor } from "./monitor/monitor.ts";
import { readBundleSpec } from "./runtime/bundle-spec.ts";
import { consoleSocketFlags } from "./runtime/console-socket.ts";
import { runningCgroup } from "./runtime/container-cgroup.ts";
import { preserveFdsFlags } from "./runtime/preserved-fds.ts";
import { requireRuntimeDirectory } from "./runtime/require-runtime-directory.ts";
import { lastLoggedError, runtimeError } from "./runtime/runtime-error.ts";
import { copyRuntimeRecords } from "./runtime/sealed-runtime.ts";
import { containerEvent, execDiedEvent } from "./start/event.ts";
import { scopePlan } from "./start/plan/scope-plan.ts";
import type { Engine } from "./state/engine.ts";
import { type Container, withState } from "./state/list.ts";
import { unlessRemoved } from "./state/unless-removed.ts";

export interface ExecRequest extends ExecOptions {
  readonly stdin: boolean;
  /** Nobody attaches. */
  readonly detach: boolean;
  /** Descriptors of ours that become its 3, 4, … */
  readonly preservedFds: readonly number[];
  readonly window: { readonly rows: number; readonly columns: number };
}

export interface ExecSession extends HeldAnswer {
  /** 64 hex digits. */
  readonly id: string;
  /** Where its attach socket is. */
  readonly directory: string;
}

/**
 * Start one more process in a running container, under a monitor of its own.
 * @throws {TspodError} If the container does not run.
 * @throws {CommandNotFoundError|CommandNotExecutableError} What the runtime says of the command.
 * @throws {NotFoundError} If the container is removed meanwhile.
 */
export function startExec(engine: Engine, container: Container, request: ExecRequest): Promise<ExecSession> {
  return unlessRemoved(container, () => startSession(engine, container, request));
}

async function startSession(
  engine: Engine,
  container: Container,
  request: ExecRequest,
): Promise<ExecSession> {
  engine.launch.trace?.mark("read the command line");
  const { record, paths, state } = container;
  if (state.status !== "running") throw notRunning();
  const id = randomHex(32);
  const directory = join(requireRuntimeDirectory(record.id, paths).exec, id);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  using undo = new DisposableStack();
  undo.defer(() => rmSync(directory, { recursive: true, force: true }));
  const log = join(directory, "runtime.log");
  const process = await processOf(engine.store, container, request);
  engine.launch.trace?.mark("plan the process");
  writeFileSync(join(directory, "process.json"), JSON.stringify(process));
  const answer = await runMonitor(execPlan(engine, { container, request, directory, id }), {
    liveFd: engine.launch.liveFd,
    env: engine.env,
    trace: engine.launch.trace,
    keepCompiledCode: engine.keepCompiledCode,
    preservedFds: request.preservedFds,
  });
  if (answer.kind === "failed") {
    // Whatever the runtime says then, the session's directory goes with the container's run.
    if (!existsSync(directory) || withState(engine, record).state.status !== "running") throw notRunning();
    const { text, number } = answer.failure;
    throw runtimeError(record.runtime.name, lastLoggedError(log) || text, number);
  }
  undo.move();
  appendEvent(engine.store, containerEvent(record, "exec"));
  return { id, directory, syncFd: answer.syncFd, ended: answer.ended };
}

function notRunning(): TspodError {
  return new TspodError("can only create exec sessions on running containers: container state improper");
}

async function processOf(
  store: Store,
  { record, paths }: Container,
  request: ExecRequest,
): Promise<SpecProcess> {
  const spec = readBundleSpec(paths);
  if (spec === undefined)
    throw new DamagedError(
      `container ${record.id} runs without its config.json: stop it, and start it again`,
    );
  const accounts =
    request.user === undefined
      ? { passwdText: "", groupText: "" }
      : (await import("./rootfs/container-user.ts")).containerAccounts(store, record, paths);
  const lastCapability = Number(readFileSync("/proc/sys/kernel/cap_last_cap", "utf8"));
  const process = execProcess(request, record.options, {
    ...accounts,
    process: spec.process,
    lastCapability,
  });
  const { rows, columns } = request.window;
  return request.tty && rows > 0 ? { ...process, consoleSize: { height: rows, width: columns } } : process;
}

function execPlan(
  { store, env, launch, cgroupManager, runtimeFlags }: Engine,
  {
    container,
    request,
    directory,
    id,
  }: { container: Container; request: ExecRequest; directory: string; id: string },
): PlanRecord[] {
  const { record, paths } = container;
  const { runtimeDirectory } = paths;
  const pidFile = join(directory, "pid");
  const cgroup = runningCgroup(record, { env, launch, cgroupManager });
  const log = join(directory, "runtime.log");
  const command = runtimeCommand({ runtime: record.runtime, runtimeDirectory, cgroup, log, runtimeFlags });
  const preservedFds = request.preservedFds.length;
  const console = request.tty
    ? consoleSocketFlags(record.runtime, { path: join(directory, "console"), preservedFds })
    : [];
  const { rows, columns } = request.window;
  return [
    ["id", id],
    ["dir", directory],
    ...scopePlan(cgroup, { name: `tspod-exec-${id}`, env, outlives: request.detach }),
    ...(request.tty ? [namedRecord("terminal", { rows, cols: columns })] : []),
    ...(request.stdin ? [["stdin"] as const] : []),
    ["log", "none"],
    ...(request.detach ? [] : [["hold"] as const]),
    ["pid-file", pidFile],
    ...copyRuntimeRecords(record.runtime),
    [
      "create",
      ...command,
      "exec",
      "--detach",
      "--process",
      join(directory, "process.json"),
      "--pid-file",
      pidFile,
      ...console,
      ...preserveFdsFlags(preservedFds),
      record.id,
    ],
    ["exit-file", join(directory, "exit")],
    ["event-log", store.events],
    namedRecord("event", { name: "died", template: execDiedEvent(record) }),
    ["remove-dir", directory],
  ];
}
