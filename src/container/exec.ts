import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DamagedError, TspodError } from "../errors.ts";
import type { SpecProcess } from "../oci/runtime-spec.ts";
import { type MonitorFailure, parseFailure } from "../protocol/answers.ts";
import { namedRecord, type PlanRecord } from "../protocol/plan.ts";
import { runtimeCommand } from "../rootless/runtime.ts";
import { type ExecOptions, execProcess } from "../spec/generate/exec-process.ts";
import { randomHex } from "../storage/random-hex.ts";
import type { Store } from "../storage/store.ts";
import { MONITOR_ENDED_EARLY, runMonitor } from "./monitor/monitor.ts";
import { readBundleSpec } from "./runtime/bundle-spec.ts";
import { consoleSocketFlags } from "./runtime/console-socket.ts";
import { runningCgroup } from "./runtime/container-cgroup.ts";
import { preserveFdsFlags } from "./runtime/preserved-fds.ts";
import { requireRuntimeDirectory } from "./runtime/require-runtime-directory.ts";
import { lastLoggedError, runtimeError } from "./runtime/runtime-error.ts";
import { copyRuntimeRecords } from "./runtime/sealed-runtime.ts";
import { execEvents } from "./start/event.ts";
import { scopePlan } from "./start/plan/scope-plan.ts";
import type { Engine } from "./state/engine.ts";
import { type Container, withState } from "./state/list.ts";
import { unlessRemoved } from "./state/unless-removed.ts";

/** What the runtime writes its errors to, in a session's directory. */
const RUNTIME_LOG = "runtime.log";

export interface ExecRequest extends ExecOptions {
  readonly stdin: boolean;
  /** Nobody attaches. */
  readonly detach: boolean;
  /** Descriptors of ours that become its 3, 4, … */
  readonly preservedFds: readonly number[];
  readonly window: { readonly rows: number; readonly columns: number };
  /**
   * Become the client that awaits the start. Called while the runtime is at work; where the start fails, the
   * client's failed command says why (failExec()).
   */
  readonly handOver?: (session: ExecSession) => never;
}

export interface ExecSession {
  /** 64 hex digits. */
  readonly id: string;
  /** Where its attach socket is. */
  readonly directory: string;
  /** The monitor's answers come here; the caller owns it. */
  readonly syncFd: number;
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
  const { handOver } = request;
  if (state.status !== "running") throw notRunning();
  const id = randomHex(32);
  const directory = join(requireRuntimeDirectory(record.id, paths).exec, id);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  using undo = new DisposableStack();
  undo.defer(() => rmSync(directory, { recursive: true, force: true }));
  const process = await processOf(engine.store, container, request);
  engine.launch.trace?.mark("plan the process");
  writeFileSync(join(directory, "process.json"), JSON.stringify(process));
  const answer = await runMonitor(execPlan(engine, { container, request, directory, id }), {
    liveFd: engine.launch.liveFd,
    env: engine.env,
    trace: engine.launch.trace,
    keepCompiledCode: engine.keepCompiledCode,
    preservedFds: request.preservedFds,
    handOver: handOver && ((syncFd) => handOver({ id, directory, syncFd })),
  });
  if (answer.kind === "failed") throw execFailure(engine, container, { directory, failure: answer.failure });
  undo.move();
  return { id, directory, syncFd: answer.syncFd };
}

/**
 * Say why a session that was handed over has not been started, and remove what is left of it.
 * @param session.answer the monitor's last line; empty where it ended without one
 * @throws what startExec() would have
 */
export function failExec(
  engine: Engine,
  container: Container,
  { id, answer }: { readonly id: string; readonly answer: string },
): Promise<never> {
  return unlessRemoved(container, () => {
    const directory = join(container.paths.exec, id);
    const failure = parseFailure(answer);
    using undo = new DisposableStack();
    undo.defer(() => rmSync(directory, { recursive: true, force: true }));
    throw failure === undefined
      ? new TspodError(MONITOR_ENDED_EARLY)
      : execFailure(engine, container, { directory, failure });
  });
}

function execFailure(
  engine: Engine,
  { record }: Container,
  { directory, failure }: { directory: string; failure: MonitorFailure },
): TspodError {
  // Whatever the runtime says then, the session's directory goes with the container's run.
  if (!existsSync(directory) || withState(engine, record).state.status !== "running") return notRunning();
  const { text, number } = failure;
  const said = lastLoggedError(join(directory, RUNTIME_LOG));
  return runtimeError(record.runtime.name, said || text, number);
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
  const log = join(directory, RUNTIME_LOG);
  const command = runtimeCommand({ runtime: record.runtime, runtimeDirectory, cgroup, log, runtimeFlags });
  const preservedFds = request.preservedFds.length;
  const console = request.tty
    ? consoleSocketFlags(record.runtime, { path: join(directory, "console"), preservedFds })
    : [];
  const { rows, columns } = request.window;
  const events = execEvents(record);
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
    namedRecord("event", { name: "start", template: events.start }),
    namedRecord("event", { name: "died", template: events.died }),
    ["remove-dir", directory],
  ];
}
