import { existsSync, mkdirSync } from "node:fs";
import { lookupUser } from "../../oci/lookup-user.ts";
import type { RuntimeSpec } from "../../oci/runtime-spec.ts";
import type { CreateOptions } from "../../options/create-options.ts";
import { isForWriting } from "../../options/mount-request.ts";
import { overwriteText } from "../../os/files/overwrite-text.ts";
import { hasOwnUserNamespace } from "../../spec/generate/id-maps.ts";
import { runtimeSpec } from "../../spec/generate/runtime-spec.ts";
import type { HostFacts } from "../../spec/host-facts.ts";
import type { MountStep } from "../../storage/rootfs/rootfs.ts";
import { containerAccounts, containerUserOnHost } from "../rootfs/container-user.ts";
import { seccompCache } from "../runtime/seccomp-cache.ts";
import type { Engine } from "../state/engine.ts";
import type { Container } from "../state/list.ts";
import { gatherFacts, type RunDecisions } from "./gather-facts.ts";
import { placeFiles } from "./place-files.ts";
import { writeCheckProcesses } from "./plan/check-processes.ts";
import type { SubpathMount } from "./plan/start-plan.ts";
import { type CommonFacts, readCommonFacts } from "./read-host-facts.ts";

export interface WrittenBundle {
  /** Mounts of the container's files, where it has a user namespace of its own. */
  readonly mounts: readonly MountStep[];
  /** Mounts with a subpath: parts of volumes and images. */
  readonly subpaths: readonly SubpathMount[];
  readonly onCreated: (() => void) | undefined;
}

/**
 * Write all that the runtime reads of a container: config.json, and the files that it binds into it.
 * @throws {TspodError} If something that the container was created with is not there any more, or can't be
 * held here.
 */
export async function writeBundle(
  engine: Engine,
  container: Container,
  decisions: RunDecisions,
): Promise<WrittenBundle> {
  const { record, paths } = container;
  const common = readCommonFacts();
  warnOfOomScore(engine, record.options, common);
  const placed = await placeFiles(engine, container, { ...decisions, hostname: common.hostname });
  const facts = await gatherFacts(engine, container, { decisions, common, placed });
  if (facts.mounts.some(({ request }) => request.chown)) await chownMounts(engine, container, facts);
  if (mayBeUnwritable(record.options)) await warnOfUnwritable(engine, container);
  const subpaths = await subpathMounts(facts.mounts);
  mkdirSync(paths.bundle, { recursive: true, mode: 0o700 });
  const compiled = seccompCache(record.runtime, engine.runtimeDirectory);
  const options = await heldOptions(engine, record.options, facts.cgroup);
  const hooked = await withHooks(engine, container, runtimeSpec(options, facts));
  const { spec, mounts } = await reachable(compiled.withCompiledFilter(hooked), { engine, container });
  overwriteText(`${paths.bundle}/config.json`, JSON.stringify(spec));
  writeCheckProcesses(container, spec, facts.lastCapability);
  return { mounts, subpaths, onCreated: compiled.toRemember(spec, record.id) };
}

/** A user without rights can't go below the caller's own score: the spec has that one instead. */
function warnOfOomScore(
  { warn }: Pick<Engine, "warn">,
  { process: { oomScoreAdj: asked } }: CreateOptions,
  { oomScoreAdj: own }: CommonFacts,
): void {
  if (asked !== undefined && asked < own)
    warn(`WARN[0000] Requested oom_score_adj=${asked} is lower than the current one, changing to ${own}`);
}

/** Where Podman has the hooks of packages: a user's containers run them, too. */
const HOOKS_DIRECTORIES: readonly string[] = ["/usr/share/containers/oci/hooks.d"];

/** Few hosts have such a directory: nothing is loaded for the others. */
async function withHooks(
  { hooksDirectories: directories = HOOKS_DIRECTORIES }: Engine,
  { record, paths: { bundle } }: Container,
  spec: RuntimeSpec,
): Promise<RuntimeSpec> {
  if (!directories.some((path) => existsSync(path))) return spec;
  const { addHooks } = await import("../hooks/add-hooks.ts");
  return addHooks(spec, { directories, bundle, hasBindMounts: record.options.mounts.length > 0 });
}

async function heldOptions(
  { warn }: Engine,
  options: CreateOptions,
  cgroup: HostFacts["cgroup"],
): Promise<CreateOptions> {
  if (options.cgroups.mode !== "besteffort") return options;
  return (await import("../../spec/generate/held-limits.ts")).withHeldLimits(options, cgroup, warn);
}

/** Makes what parts of volumes and images are mounted on. */
async function subpathMounts(mounts: HostFacts["mounts"]): Promise<SubpathMount[]> {
  if (!mounts.some(({ beneath }) => beneath !== undefined)) return [];
  const { makeSubpathPlace } = await import("../rootfs/subpath.ts");
  return mounts.flatMap(({ beneath, source: target }) => {
    if (beneath === undefined || target === undefined) return [];
    makeSubpathPlace(target, beneath.isDirectory);
    return [{ root: beneath.root, path: beneath.path, target }];
  });
}

async function warnOfUnwritable({ store, warn }: Engine, { record, paths }: Container): Promise<void> {
  const { unwritableSources } = await import("../rootfs/unwritable-sources.ts");
  const inside = lookupUser(record.options.process.user, containerAccounts(store, record, paths));
  const onHost = containerUserOnHost(store, record, paths);
  for (const line of unwritableSources(record.options, { onHost, inside })) warn(`WARN[0000] ${line}`);
}

/** With a user namespace of its own, the container gets its files where it can reach them. */
async function reachable(
  spec: RuntimeSpec,
  { engine, container: { record, paths } }: { engine: Engine; container: Container },
): Promise<{ spec: RuntimeSpec; mounts: readonly MountStep[] }> {
  if (!hasOwnUserNamespace(record.options)) return { spec, mounts: [] };
  const { reachableSpec } = await import("../rootfs/reachable-sources.ts");
  return reachableSpec(spec, {
    directory: `${paths.runtime}/files`,
    used: [record.runtime.path, engine.store.root, engine.runtimeDirectory],
  });
}

async function chownMounts(
  { store, env }: Engine,
  { record, paths }: Container,
  { mounts }: Pick<HostFacts, "mounts">,
): Promise<void> {
  const { chownSources } = await import("../rootfs/chown-sources.ts");
  chownSources(mounts, { owner: containerUserOnHost(store, record, paths), home: env.HOME });
}

/** The container's root is the user who calls, and can do what the user can. */
function mayBeUnwritable({ process, mounts }: Container["record"]["options"]): boolean {
  return !/^(?:root|0)?(?::|$)/.test(process.user) && mounts.some(isForWriting);
}
