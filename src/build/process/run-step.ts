import { closeSync, constants, mkdirSync, openSync, statfsSync, statSync } from "node:fs";
import { Socket } from "node:net";
import { join } from "node:path";
import { createContainer } from "../../container/create/create.ts";
import { startContainer } from "../../container/start/start.ts";
import { readFacts } from "../../container/state/fact-file.ts";
import type { Container } from "../../container/state/list.ts";
import { NO_WINDOW } from "../../container/state/start-options.ts";
import { readContainerState } from "../../container/state/state.ts";
import { TspodError } from "../../errors.ts";
import type { Digest } from "../../oci/digest.ts";
import type { CreateOptions } from "../../options/create-options.ts";
import type { MountRequest } from "../../options/mount-request.ts";
import { pipe } from "../../os/descriptor.ts";
import { MS_BIND } from "../../os/mount.ts";
import type { ExitFact } from "../../protocol/facts.ts";
import type { Runtime } from "../../rootless/runtime.ts";
import { randomHex } from "../../storage/random-hex.ts";
import { SCRIPT_DIRECTORY } from "../plan/plan-run.ts";
import type { RunStep } from "../plan/step.ts";
import { layMountPoints } from "./mount-points.ts";
import { type ProcessUsage, parseUsage } from "./process-usage.ts";
import { type MountContext, type MountPoint, prepareMounts, scriptDirectory } from "./run-mounts.ts";

export interface RunContext extends MountContext {
  /** ChainIDs of the layers that the step runs on, base first. */
  readonly chainIds: readonly Digest[];
  /** Absolute paths of their files, topmost first. */
  readonly lowers: readonly string[];
  /** What the command line asks of all steps. */
  readonly options: CreateOptions;
  readonly runtime: Runtime;
  /** `NAME=VALUE` that only the step sees. */
  readonly proxies: readonly string[];
  readonly createCommand: readonly string[];
  /** Whether the step has the caller's stdin. */
  readonly stdin: boolean;
  readonly onOutput: (stream: "stdout" | "stderr", chunk: Buffer) => void;
}

export interface RanStep {
  /** 128 + signal where one ended it. */
  readonly exitCode: number;
  /** Absolute path of the upper directory: a layer, once it is cleaned. */
  readonly upper: string;
  /** Made for mounts; what is left of them in the upper directory is no content. */
  readonly mountPoints: readonly string[];
  readonly used: ProcessUsage;
}

/**
 * Run one command by the way of `tspod run`: a container in the workshop's own store, which ends with this
 * process. When this returns its mounts are gone and nothing of it runs.
 * @throws {TspodError} If it can't be started.
 */
export async function runStep(step: RunStep, context: RunContext): Promise<RanStep> {
  const { engine } = context.workshop;
  context.workshop.keepStateInMemory(context.runtime.name);
  const mounts = await prepareMounts(step.mounts, context);
  const script = step.script && scriptMount(scriptDirectory(step.script, context));
  const points = [
    ...context.options.mounts.map(pointOf),
    ...mounts.points,
    ...(script ? [{ path: SCRIPT_DIRECTORY, isDirectory: true }] : []),
  ];
  const laid = layMountPoints(context, points);
  const options = stepOptions(step, context, {
    env: mounts.env,
    mounts: [...mounts.requests, ...(script ? [script] : [])],
  });
  const container = await createContainer(engine, {
    options,
    image: {
      name: "build",
      stored: {
        isAssured: true,
        id: laid.chainId,
        topDigest: laid.chainId,
        chainIds: [laid.chainId, ...context.chainIds],
      },
    },
    runtime: context.runtime,
    createCommand: context.createCommand,
  });
  const exitCode = await runContainer(withSecrets(container, mounts.secretEnv, context), context);
  return {
    exitCode,
    upper: join(container.paths.directory, "upper"),
    mountPoints: laid.paths,
    used: parseUsage(readFacts<ExitFact>(container.paths.exitFile)?.get("usage")),
  };
}

/**
 * The container with variables that its record on the disk does not have. What the runtime reads of it, which
 * has them, is in memory: it is gone with the step, or with this process.
 */
function withSecrets(
  container: Container,
  secretEnv: readonly string[],
  { workshop }: Pick<RunContext, "workshop">,
): Container {
  if (secretEnv.length === 0) return container;
  const { record, paths } = container;
  const memory = join(workshop.memory(), randomHex(8));
  mkdirSync(memory, { mode: 0o700 });
  mkdirSync(paths.bundle, { recursive: true, mode: 0o700 });
  workshop.mount(memory, paths.bundle, { flags: MS_BIND });
  const { options } = record;
  const process = { ...options.process, env: [...options.process.env, ...secretEnv] };
  return { ...container, record: { ...record, options: { ...options, process } } };
}

/** Of a mount that all steps have. What isn't there is left to the mount, which says so. */
function pointOf(mount: MountRequest): MountPoint {
  const source = mount.type === "bind" ? statSync(mount.source, { throwIfNoEntry: false }) : undefined;
  return { path: mount.destination, isDirectory: source?.isDirectory() ?? true };
}

function scriptMount(source: string): MountRequest {
  return {
    type: "bind",
    destination: SCRIPT_DIRECTORY,
    source,
    readOnly: true,
    recursive: true,
    flags: {},
  };
}

function stepOptions(
  step: RunStep,
  { options, proxies }: RunContext,
  { env, mounts }: { env: readonly string[]; mounts: readonly MountRequest[] },
): CreateOptions {
  const isInsecure = step.security === "insecure";
  return {
    ...options,
    process: {
      ...options.process,
      entrypoint: [],
      command: step.argv,
      // ENV and ARG win over proxies of the same name.
      env: [...proxies, ...step.env, ...env],
      user: step.user,
      workdir: step.workdir,
      workdirExplicit: false,
    },
    network: {
      ...options.network,
      ...(step.network !== "default" && { mode: { kind: step.network } }),
    },
    security: isInsecure
      ? { ...options.security, capAdd: ["ALL"], capDrop: [], seccomp: { kind: "unconfined" } }
      : { ...options.security, capAddOnlyBounds: true },
    mounts: [...options.mounts, ...mounts],
  };
}

async function runContainer(
  container: Container,
  { workshop, stdin, onOutput, signal }: RunContext,
): Promise<number> {
  await using undo = new AsyncDisposableStack();
  const input = stdin ? 0 : openSync("/dev/null", constants.O_RDONLY);
  const [out, err] = [pipe(), pipe()];
  const childEnds = new DisposableStack();
  for (const fd of [...(stdin ? [] : [input]), out.writeFd, err.writeFd]) childEnds.adopt(fd, closeSync);
  const read = [
    readAll(out.readFd, (chunk) => onOutput("stdout", chunk)),
    readAll(err.readFd, (chunk) => onOutput("stderr", chunk)),
  ];
  try {
    const started = await startContainer(workshop.engine, container, {
      window: NO_WINDOW,
      hold: false,
      bound: true,
      stdio: [input, out.writeFd, err.writeFd],
    });
    if (started === undefined) throw new TspodError("the step's container runs already");
    const ended = readAll(started.syncFd, () => undefined);
    const kill = (): void => killQuietly(started.pid);
    signal.addEventListener("abort", kill);
    undo.defer(() => signal.removeEventListener("abort", kill));
    if (signal.aborted) kill();
    childEnds.dispose();
    await ended;
  } finally {
    childEnds.dispose();
    await Promise.all(read);
  }
  signal.throwIfAborted();
  const { exitCode } = readContainerState(container.paths);
  if (exitCode < 0) throw new TspodError(unknownEnd(workshop.engine.store.root));
  return exitCode;
}

/** Why there is no exit code of a command that has ended. */
function unknownEnd(root: string): string {
  const { bavail } = statfsSync(root);
  return bavail === 0
    ? `no space left on device: "${root}" is full, and what the command ended with could not be kept`
    : "the monitor of the command has ended without saying what the command ended with";
}

/** The monitor reaps the process, and until then no other has its number. */
function killQuietly(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // The process has ended by itself.
  }
}

/**
 * To the end of a pipe, which is closed then. A socket's reads hold no thread, however many pipes there are.
 */
function readAll(fd: number, onChunk: (chunk: Buffer) => void): Promise<void> {
  return new Promise((resolve) => {
    const socket = new Socket({ fd, readable: true, writable: false });
    socket.on("data", onChunk);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => resolve());
  });
}
