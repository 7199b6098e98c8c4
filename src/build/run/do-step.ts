import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join, posix } from "node:path";
import { TspodError } from "../../errors.ts";
import type { Owner } from "../../oci/id-maps.ts";
import { S_IFDIR, S_IFMT } from "../../os/at.ts";
import type { LowerChain } from "../../storage/tree/lower-chain.ts";
import { parseChangeMode } from "../files/change-mode.ts";
import { type ContentHasher, contentDigest, contentHasher } from "../files/content-digest.ts";
import type { CopiedFiles } from "../files/copied-files.ts";
import { copyToDestination, type FoundSource } from "../files/copy-step.ts";
import { copyRootAttributes, type Destination, openDestination } from "../files/destination.ts";
import { type EarlierLayer, openEarlierCopy } from "../files/earlier-copy.ts";
import type { FetchedSources } from "../files/fetched-sources.ts";
import { findSources } from "../files/find-sources.ts";
import { lookupOwner, lookupUserOwner } from "../files/owners.ts";
import { openRoot, openSource } from "../files/source-root.ts";
import { sourceTree } from "../files/source-trees.ts";
import type { StageState } from "../plan/stage-state.ts";
import type { CopyStep, RunStep, WorkdirStep } from "../plan/step.ts";
import type { Build } from "./build.ts";
import { FailedStepError, notRun } from "./failed-step.ts";
import type { StageReport } from "./report.ts";
import { contentOf, contentOptions, type StepPlace } from "./step-keys.ts";
import type { UsageMeter } from "./usage-meter.ts";

export interface StepContext extends StepPlace {
  /** Absolute paths of the files of the layers, topmost first. */
  readonly lowers: readonly string[];
  readonly report: StageReport;
  readonly state: StageState;
  readonly noCache: boolean;
  readonly meter: UsageMeter;
}

/** What a step has left. */
export interface StepFiles {
  /** Absolute path of a directory in the workshop, in the form of an overlay's upper directory. */
  readonly upper: string;
  /**
   * From the root: mount points, which are no content where they are empty and the layers below have none.
   */
  readonly mountPoints: readonly string[];
  /** Of a COPY: the files that the next one of its lineage may take. */
  readonly copied?: CopiedFiles;
  /** Of a COPY: what it has taken from its tree, as a key has it. */
  readonly contents?: readonly unknown[];
}

/**
 * Run a command, and keep what it changed.
 * @throws {FailedStepError} With its exit code, if that is not 0.
 */
export async function doRun(build: Build, step: RunStep, context: StepContext): Promise<StepFiles> {
  const { settings, workshop } = build;
  if (step.security === "insecure" && !settings.allowInsecure) {
    throw new TspodError("RUN --security=insecure needs --allow security.insecure");
  }
  await using undo = new AsyncDisposableStack();
  // Loaded here: where all steps are in the cache, nothing that starts containers is needed.
  const { runStep } = await import("../process/run-step.ts");
  const { exitCode, upper, mountPoints, used } = await runStep(step, {
    workshop,
    workdir: step.workdir,
    secrets: settings.secrets,
    caches: {
      path: join(build.engine.store.root, "build", "mounts"),
      namespace: settings.args.get("BUILDKIT_CACHE_MOUNT_NS") ?? "",
    },
    noCache: context.noCache,
    rootOf: async (from) => (await sourceTree(build, from, context.index)).open(),
    undo,
    signal: settings.signal,
    chainIds: context.layers.map(({ chainId }) => chainId),
    lowers: context.lowers,
    options: settings.options,
    runtime: settings.runtime,
    proxies: settings.proxies,
    createCommand: settings.createCommand,
    stdin: settings.stdin,
    onOutput: (stream, chunk) => context.report.output(stream, chunk),
  }).catch((error: unknown) => {
    throw notRun(error, step.message);
  });
  context.meter.add(used);
  if (exitCode !== 0) throw new FailedStepError(step.message, exitCode);
  return { upper, mountPoints };
}

/** Copy files; nothing is mounted but a stage or an image that they come from. */
export async function doCopy(
  build: Build,
  step: CopyStep,
  context: StepContext & {
    readonly fetched: FetchedSources;
    /** The layer that such a step has made before; absent: it was not done. */
    readonly earlier: EarlierLayer | undefined;
    readonly copied: CopiedFiles;
  },
): Promise<StepFiles> {
  using undo = new DisposableStack();
  const { to, upper } = newLayer(build, step.link ? [] : context.lowers, undo);
  const owner =
    step.chown === undefined ? undefined : lookupOwner(step.chown, step.link ? [] : context.lowers);
  const inTree = await sourcesInTree(build, step, { context, undo });
  const taken = inTree.map(({ source, root }): FoundSource & { readonly hasher: ContentHasher } => ({
    source,
    root,
    hasher: contentHasher(contentOptions(build, step, root)),
  }));
  const unpackedOrNot: readonly FoundSource[] =
    step.kind === "add" && step.unpack !== false
      ? await unpacked(build, taken, { to, step, owner, undo })
      : taken;
  const fetched = context.fetched.open(undo);
  const found = [
    ...unpackedOrNot,
    ...(step.unpack ? await unpacked(build, fetched, { to, step, owner, undo }) : fetched),
  ];
  await copyToDestination(to, {
    step,
    found: [...found, ...inlineFiles(build, step, undo)],
    owner,
    changeMode: step.chmod === undefined ? undefined : parseChangeMode(step.chmod),
    writeOut: build.writeOut,
    digests: build.digests,
    earlier: context.earlier === undefined ? undefined : undo.use(openEarlierCopy(context.earlier)),
    copied: context.copied,
  });
  const contents: unknown[] = [];
  for (const [index, { source, root, hasher }] of taken.entries()) {
    const isCopied = unpackedOrNot[index]?.isUnpacked !== true;
    const digest = isCopied
      ? hasher.digest()
      : await contentDigest(source, contentOptions(build, step, root));
    contents.push(contentOf(step, source, digest));
  }
  return { upper, mountPoints: [], contents, copied: context.copied };
}

async function sourcesInTree(
  build: Build,
  step: CopyStep,
  { context, undo }: { context: StepContext & { readonly fetched: FetchedSources }; undo: DisposableStack },
): Promise<FoundSource[]> {
  const { words } = context.fetched;
  if (words.length === 0) return [];
  const root = undo.use(openRoot((await sourceTree(build, step.from, context.index)).open()));
  return findSources(root, words, { deep: step.parents, undo }).map((source) => ({ source, root }));
}

interface Unpacking {
  readonly to: Destination;
  readonly step: CopyStep;
  readonly owner: Owner | undefined;
  readonly undo: DisposableStack;
}

/** Archives among what an ADD takes from its context become their contents. */
async function unpacked(
  { workshop }: Build,
  found: readonly FoundSource[],
  { to, step, owner, undo }: Unpacking,
): Promise<FoundSource[]> {
  const destination = Buffer.from(to.resolve(step.destination)).toString("latin1");
  const lower: LowerChain = {
    find: (path) => to.findBytes([destination, path].filter(Boolean).join("/")),
    [Symbol.dispose]: () => undefined,
  };
  const { isArchive, unpackSource } = await import("../files/unpack-archive.ts");
  return Promise.all(
    found.map((each) =>
      isArchive(each.source)
        ? unpackSource(each.source, { path: join(workshop.directory("archive"), "fs"), lower, owner, undo })
        : each,
    ),
  );
}

/** Files of heredocs: owned by root, mode 0644, of a fixed time, so that the same text is the same layer. */
function inlineFiles({ workshop }: Build, { files }: CopyStep, undo: DisposableStack): FoundSource[] {
  if (files.length === 0) return [];
  const directory = workshop.directory("heredoc");
  return files.map(({ name, content }, index) => {
    // Each in a directory of its own: two may have names that end alike.
    const path = join(directory, String(index));
    const own = posix.basename(name);
    if (["", ".", ".."].includes(own)) throw new TspodError(`heredoc "${name}": the name is none of a file`);
    mkdirSync(path);
    const file = join(path, own);
    writeFileSync(file, content, { mode: 0o644 });
    utimesSync(file, 0, 0);
    const root = undo.use(openRoot({ path, rules: [], keepsOwners: false }));
    return { source: openSource(root, own, undo), root };
  });
}

/**
 * Make the working directory, and those above it, where they are missing, for the current user.
 * @returns undefined where it is there
 */
export function doWorkdir(build: Build, step: WorkdirStep, context: StepContext): StepFiles | undefined {
  using undo = new DisposableStack();
  const { to, upper } = newLayer(build, context.lowers, undo);
  const path = to.resolve(step.path);
  const there = path === "" ? undefined : to.find(path);
  if (path === "" || (there !== undefined && (there.status.mode & S_IFMT) === S_IFDIR)) return undefined;
  const owner = step.user === "" ? { uid: 0, gid: 0 } : lookupUserOwner(step.user, context.lowers);
  to.directory(path, { owner, mode: 0o755 });
  return { upper, mountPoints: [] };
}

function newLayer(
  build: Build,
  lowers: readonly string[],
  undo: DisposableStack,
): { to: Destination; upper: string } {
  const upper = join(build.workshop.directory("layer"), "fs");
  mkdirSync(upper);
  copyRootAttributes(upper, lowers[0]);
  return { to: undo.use(openDestination(upper, lowers)), upper };
}
