import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { InterruptedError, TspodError } from "../../errors.ts";
import type { FileLock } from "../../os/file-lock.ts";
import { makeDirectories } from "../../os/files/make-directories.ts";
import { overwriteText } from "../../os/files/overwrite-text.ts";
import { throwIfInterrupted } from "../../os/signals.ts";
import { nowSeconds } from "../../os/time.ts";
import { randomHex } from "../../storage/random-hex.ts";
import { lockContainer } from "../../storage/storage-lock.ts";
import { runMonitor } from "../monitor/monitor.ts";
import type { Engine } from "../state/engine.ts";
import { findContainer } from "../state/find.ts";
import { type Container, withState } from "../state/list.ts";
import { containerPaths } from "../state/paths.ts";
import { clearStartError, noteStartError } from "../state/start-error.ts";
import { type StartedRun, startFacts } from "../state/start-facts.ts";
import type { StartOptions } from "../state/start-options.ts";
import { NO_WINDOW } from "../state/start-options.ts";
import { isActive } from "../state/state.ts";
import { clearStoppedByUser, endRestarts } from "../state/stopped-by-user.ts";
import { isSettled, SETTLE_MS, waitForState } from "../state/wait.ts";
import { abandon } from "./abandoned.ts";
import { dependenciesOf } from "./dependencies.ts";
import { clearLeftovers } from "./leftover.ts";
import { runningPid } from "./namespaces.ts";
import { planRun } from "./plan-run.ts";
import { fdsToPass } from "./socket-activation.ts";
import { startInitialized } from "./start-initialized.ts";

export interface Started {
  readonly pid: number;
  /**
   * With `hold`: when this descriptor is closed, the monitor knows that no client is going to attach. The
   * caller owns it.
   */
  readonly syncFd: number;
}

/**
 * Run a container that does not run. When this returns, its process has been started.
 * @returns undefined where it runs already, or had been initialized
 * @throws {CommandNotFoundError|CommandNotExecutableError} What the runtime says of the command.
 * @throws {InterruptedError} If a signal that is held has come before the process could run.
 * @throws {TspodError} If anything before that fails; everything is undone, the container is as before.
 */
export async function startContainer(
  engine: Engine,
  { record }: Container,
  options: StartOptions,
): Promise<Started | undefined> {
  clearLeftovers(engine, engine.env.PATH);
  using _pod = await podOf(engine, record);
  await startDependencies(engine, record);
  using lock = await lockContainer(engine.store, record.id);
  const container = withState(engine, record);
  if (container.state.status === "initialized" && !options.initialize) {
    startInitialized(engine, container);
    return undefined;
  }
  refuseActive(container, options);
  if (isActive(container.state)) return undefined;
  // If the last run's monitor is in its restart pause, end that: this start makes a new monitor.
  const active = container.state.monitorPid !== 0 && isActive(await endRestarts(container));
  clearStoppedByUser(container);
  if (active) return undefined;
  if ((await waitForState(container.paths, isSettled, { timeoutMs: SETTLE_MS })) === undefined) {
    throw new TspodError(
      `the monitor of container ${record.id} does not finish its last run: try again, or "rm -f" the container`,
    );
  }
  await abandon(container);
  const paths = containerPaths(engine.store, engine.runtimeDirectory, record.id);
  clearStartError(paths);
  try {
    return await runSettled(engine, { ...container, paths }, { ...options, lock });
  } catch (error) {
    noteStartError(paths, error);
    throw error;
  }
}

/** The container has settled, and its lock is held: no other command starts or removes it. */
async function runSettled(
  engine: Engine,
  container: Container,
  { lock, ...options }: StartOptions & { readonly lock: FileLock },
): Promise<Started> {
  const { record, paths } = container;
  const name = randomHex(8);
  makeRuntimeDirectory(paths.runtime);
  await using undo = new AsyncDisposableStack();
  let group: string | undefined;
  undo.defer(async () => (await import("./clear-run.ts")).clearFailedRun(container, group));
  const mounted: string[] = [];
  if (record.volumes.length > 0)
    mounted.push(...(await (await import("../../volume/mount-volumes.ts")).mountVolumes(engine, record)));
  const { ipc } = record.options;
  if (ipc.kind === "container")
    mounted.push(
      ...(await import("../rootfs/shared-memory.ts")).takeSharedMemory(
        paths,
        runningPid(engine, ipc.container),
      ),
    );
  const preservedFds = fdsToPass(engine, options.preservedFds ?? []);
  throwIfInterrupted();
  const run = await planRun(engine, container, { ...options, run: name, mounted, preservedFds });
  engine.launch.trace?.mark("plan the run");
  const { pod, cgroups } = record.options;
  if (pod !== undefined && cgroups.inPod)
    await (await import("../runtime/pod-limits.ts")).limitPod(engine, pod, run.cgroup);
  group = run.cgroup.group ?? (run.cgroup.path || undefined);
  const { handOver } = options;
  const answer = await runMonitor(run.records, {
    liveFd: engine.launch.liveFd,
    lockFd: lock.fd,
    env: engine.env,
    trace: engine.launch.trace,
    keepCompiledCode: engine.keepCompiledCode,
    preservedFds,
    passthrough: record.options.log.driver === "passthrough" ? (options.stdio ?? [0, 1, 2]) : undefined,
    async prepare() {
      const onCreated = await run.writeBundle();
      throwIfInterrupted();
      const { runtimeDirectory } = engine;
      const noted = {
        run: name,
        runtimeDirectory,
        cgroup: run.cgroup,
        initialized: options.initialize ?? false,
      };
      // Last of all: a command that is killed before this has not started the container.
      undo.use(noteStart(paths.startFile, noted));
      return onCreated;
    },
    read: options.read,
    handOver: handOver && ((syncFd) => handOver({ syncFd, run: name, lockFd: lock.fd })),
  });
  if (answer.kind === "failed") {
    const { startFailure } = await import("./start-failure.ts");
    throw startFailure(answer.failure, container);
  }
  undo.move();
  return answer;
}

/** Makes the container's directory under a --runroot that may not be a directory. */
function makeRuntimeDirectory(path: string): void {
  try {
    makeDirectories(path, 0o700);
  } catch (cause) {
    throw new TspodError(`making the runtime directory "${path}"`, { cause });
  }
}

/** Keeps the pod of a member from being stopped, by its exit policy, before the member runs. */
async function podOf({ store }: Engine, { options: { pod } }: Container["record"]) {
  if (pod === undefined || pod.infra) return undefined;
  return (await import("../../storage/pods/keep-infra.ts")).keepInfra(store, pod.id);
}

/**
 * Starts the containers that it requires, or whose namespaces it shares, before it runs.
 * @throws {TspodError} If one can't be started: what the runtime says of that one's command is not of ours.
 */
async function startDependencies(engine: Engine, { id, options }: Container["record"]): Promise<void> {
  for (const needed of dependenciesOf(engine.store, options)) {
    const other = findContainer(engine, needed);
    if (isActive(other.state) && other.state.status !== "initialized") continue;
    try {
      await startContainer(engine, other, { window: NO_WINDOW, hold: false });
    } catch (cause) {
      if (!(cause instanceof TspodError) || cause instanceof InterruptedError) throw cause;
      throw new TspodError(`starting container ${needed}, which container ${id} needs`, { cause });
    }
  }
}

/** The note that a run has begun; disposed, it is as it was before. */
function noteStart(path: string, run: StartedRun): Disposable {
  const before = existsSync(path) ? readFileSync(path) : undefined;
  // Not flushed: lost in a power cut, the container reads as one that was never started.
  overwriteText(path, startFacts(nowSeconds(), run));
  return { [Symbol.dispose]: () => putBack(path, before) };
}

/** Restores the note, unless the container's directory is gone. */
function putBack(path: string, before: Buffer | undefined): void {
  if (before === undefined) rmSync(path, { force: true });
  else if (existsSync(path)) writeFileSync(path, before);
}

/** @throws {TspodError} In Podman's words, where a start or an init makes no sense. */
function refuseActive({ record: { id }, state }: Container, { initialize }: StartOptions): void {
  if (initialize && isActive(state)) {
    throw new TspodError(`container ${id} has already been created in runtime: container state improper`);
  }
  if (state.status === "paused") {
    throw new TspodError(
      `container ${id} must be in Created or Stopped state to be started: container state improper`,
    );
  }
}
