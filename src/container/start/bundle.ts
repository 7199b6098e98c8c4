import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { NotFoundError } from "../../errors.ts";
import type { RuntimeSpec } from "../../oci/runtime-spec.ts";
import type { CreateOptions, HostUser } from "../../options/create-options.ts";
import { findProgram } from "../../os/find-program.ts";
import type { CgroupSupport } from "../../rootless/cgroup.ts";
import { runtimeCommand } from "../../rootless/runtime.ts";
import { accountTexts } from "../../spec/etc/accounts.ts";
import { hasOwnUserNamespace } from "../../spec/generate/id-maps.ts";
import { runtimeSpec } from "../../spec/generate/runtime-spec.ts";
import type { CgroupPlan, HostFacts, ResolvedMount } from "../../spec/host-facts.ts";
import { namePath } from "../../storage/containers/container-directory.ts";
import type { MountStep } from "../../storage/rootfs/rootfs.ts";
import { volumeRefPath } from "../../storage/volumes/volumes.ts";
import { monitorVolumeEvent } from "../../volume/volume-event.ts";
import type { PlanRecord } from "../monitor/monitor-plan.ts";
import { type ContainerRootfs, containerRootfs } from "../rootfs/container-rootfs.ts";
import { containerUserOnHost } from "../rootfs/container-user.ts";
import { readAccountFiles } from "../rootfs/image-accounts.ts";
import type { ImageMounts } from "../rootfs/image-mounts.ts";
import { resolveMounts } from "../rootfs/resolve-mounts.ts";
import { rootfsDirectories } from "../rootfs/rootfs-directories.ts";
import { newCgroup } from "../runtime/container-cgroup.ts";
import { seccompCache } from "../runtime/seccomp-cache.ts";
import type { EngineSurroundings } from "../state/engine.ts";
import type { Container } from "../state/list.ts";
import type { StartOptions } from "../state/start-options.ts";
import { checkWorkdir } from "./check-host.ts";
import { writeEtcFiles } from "./etc-files.ts";
import { monitorEvent } from "./event.ts";
import { readCommonFacts, readDeviceNumbers, readHostDevices } from "./host-facts.ts";
import { joinedNamespaces, runningPid } from "./namespaces.ts";
import { cgroupPlan, warnOfMissingCgroups } from "./plan/cgroup-plan.ts";
import { healthPlan, writeHealthProcess } from "./plan/health-plan.ts";
import { type NetworkPlan, planNetwork } from "./plan/network-plan.ts";
import { scopePlan } from "./plan/scope-plan.ts";
import { startPlan } from "./plan/start-plan.ts";
import { readSeccompProfile } from "./seccomp-profile.ts";
import { socketActivation } from "./socket-activation.ts";

export interface PlannedRun {
  /** The monitor's plan. */
  readonly records: readonly PlanRecord[];
  /** Where its cgroup is going to be. */
  readonly cgroup: CgroupPlan;
  /**
   * Write the bundle: config.json, the container's /etc files. Takes longer than the plan, and the monitor
   * can work meanwhile.
   * @returns what is to be called when the runtime has created the container, where there is something
   * @throws {TspodError} If something that the container was created with is not there any more, or can't be
   * held here.
   */
  writeBundle(): Promise<(() => void) | undefined>;
}

/**
 * Plan a run of a container. Repeatable: each start of a container does it anew, since the host may have
 * changed.
 * @param options.mounted absolute paths of volumes that are mounted in this call's mount namespace
 * @throws {TspodError} If its root file system or network can't be had.
 */
export async function planRun(
  engine: EngineSurroundings,
  container: Container,
  options: StartOptions & { readonly mounted?: readonly string[] },
): Promise<PlannedRun> {
  const decisions = await decide(engine, container);
  const { record } = container;
  // With a user namespace of its own the plan has mounts that only the spec tells.
  const written = hasOwnUserNamespace(record.options)
    ? await writeBundle(engine, container, decisions)
    : undefined;
  return {
    records: planRecords(engine, container, { ...options, ...decisions, mounts: written?.mounts ?? [] }),
    cgroup: cgroupPlan(decisions.cgroup, record),
    writeBundle: async () => (written ?? (await writeBundle(engine, container, decisions))).onCreated,
  };
}

async function decide(engine: EngineSurroundings, { record, paths }: Container): Promise<Decisions> {
  const cgroup = newCgroup(record, engine);
  warnOfMissingCgroups(cgroup, engine);
  const rootfs = await containerRootfs(engine.store, record, paths);
  if (rootfs.warning !== undefined) engine.warn(rootfs.warning);
  const network = planNetwork(record.options, {
    paths,
    path: engine.env.PATH,
    slirpPath: engine.slirpPath,
    pidOf: (other) => runningPid(engine, other),
  });
  const hasImages = record.options.mounts.some(({ type }) => type === "image");
  const images = hasImages
    ? await (await imageMounts()).planImageMounts(engine.store, record, paths)
    : NO_IMAGES;
  return { cgroup, rootfs, network, images };
}

function planRecords(
  { runtimeDirectory, runtimeFlags, store, env }: EngineSurroundings,
  { record, paths }: Container,
  {
    cgroup,
    rootfs,
    network,
    images,
    mounts,
    ...options
  }: Decisions & StartOptions & Pick<WrittenBundle, "mounts"> & { readonly mounted?: readonly string[] },
): PlanRecord[] {
  const volumes = (anonymous: boolean) =>
    record.volumes
      .filter((volume) => volume.anonymous === anonymous)
      .map(({ name }) => ({ ref: volumeRefPath(store, name, record.id), event: monitorVolumeEvent(name) }));
  const command = runtimeCommand({
    runtime: record.runtime,
    runtimeDirectory,
    cgroup,
    log: paths.runtimeLog,
    runtimeFlags,
  });
  return startPlan({
    record,
    paths,
    rootfs,
    images: [...images.values()],
    mounts,
    mounted: [...(rootfs.mounted ? [rootfs.path] : []), ...(options.mounted ?? [])],
    network,
    scope:
      record.options.cgroups.mode === "enabled"
        ? scopePlan(cgroup, { name: `tspod-monitor-${record.id}`, env, outlives: !isMainProcess(record) })
        : [],
    runtimeCommand: command,
    health: healthPlan({ record, paths, runtimeCommand: command }),
    window: options.window,
    hold: options.hold,
    preservedFds: options.preservedFds?.length ?? 0,
    initialize: options.initialize ?? false,
    eventLog: store.events,
    eventTemplate: (name) => monitorEvent(record, options.initialize && name === "start" ? "init" : name),
    trash: store.tmp,
    removal: {
      links: [namePath(store, record.name), ...volumes(false).map(({ ref }) => ref)],
      volumes: volumes(true),
    },
  });
}

/** Whether somebody has asked for the monitor's pid: a service, whose main process it is to be. */
function isMainProcess({ options }: Container["record"]): boolean {
  return options.monitorPidFile !== undefined || options.notifySocket !== undefined;
}

interface WrittenBundle {
  /** Of its files, with a user namespace of its own. */
  readonly mounts: readonly MountStep[];
  readonly onCreated: (() => void) | undefined;
}

async function writeBundle(
  engine: EngineSurroundings,
  container: Container,
  decisions: Decisions,
): Promise<WrittenBundle> {
  const { record, paths } = container;
  const facts = await hostFacts(engine, container, decisions);
  mkdirSync(paths.bundle, { recursive: true, mode: 0o700 });
  const compiled = seccompCache(record.runtime, engine.runtimeDirectory);
  const { spec, mounts } = await placed(compiled.withCompiledFilter(runtimeSpec(record.options, facts)), {
    engine,
    container,
  });
  writeFileSync(join(paths.bundle, "config.json"), JSON.stringify(spec));
  writeHealthProcess(container, spec, facts.lastCapability);
  return { mounts, onCreated: compiled.toRemember(spec, record.id) };
}

/** With a user namespace of its own: its files where it can reach them. */
async function placed(
  spec: RuntimeSpec,
  { engine, container: { record, paths } }: { engine: EngineSurroundings; container: Container },
): Promise<{ spec: RuntimeSpec; mounts: readonly MountStep[] }> {
  if (!hasOwnUserNamespace(record.options)) return { spec, mounts: [] };
  const { reachableSpec } = await import("../rootfs/reachable-sources.ts");
  return reachableSpec(spec, {
    directory: join(paths.runtime, "files"),
    used: [record.runtime.path, engine.store.root, engine.runtimeDirectory],
  });
}

const NO_IMAGES: ImageMounts = new Map();

function imageMounts() {
  return import("../rootfs/image-mounts.ts");
}

interface Decisions {
  readonly images: ImageMounts;
  readonly cgroup: CgroupSupport;
  readonly rootfs: ContainerRootfs;
  readonly network: NetworkPlan;
}

async function hostFacts(
  engine: EngineSurroundings,
  { record, paths }: Container,
  { cgroup, rootfs, network, images }: Decisions,
): Promise<HostFacts> {
  const { options } = record;
  const directories = rootfsDirectories(engine.store, record, paths);
  checkWorkdir(options, directories, record.id);
  const imageAccounts = readAccountFiles(directories);
  const added = accountTexts(imageAccounts, {
    ...options,
    hostUsers: [...(await askedHostUsers(record)), ...options.hostUsers],
  });
  const accounts = {
    passwdText: added.passwd ?? imageAccounts.passwdText,
    // Without what was added: a bare number is no member of the group that was made for it.
    groupText: imageAccounts.groupText,
  };
  const common = readCommonFacts();
  const seccompProfile = readSeccompProfile(options);
  const init = options.process.init ? { init: initBinary(options.process.initPath, engine.env.PATH) } : {};
  const files = {
    ...writeEtcFiles({
      engine,
      record,
      paths,
      directories,
      network,
      accounts: added,
      hostname: common.hostname,
    }),
    ...init,
    ...(options.secrets.length > 0 && { secrets: paths.secrets }),
    ...notifyDirectory(record, paths),
  };
  const activation = socketActivation(engine.env);
  const resolved = await resolveMounts(engine.store, record, paths);
  const mounts = images.size === 0 ? resolved : await withImages(resolved, images);
  if (mounts.some(({ request }) => request.chown)) await chownMounts(engine, { record, paths, mounts });
  return {
    ...common,
    ...accounts,
    containerId: record.id,
    containerName: record.name,
    rootfs: options.rootfs ? options.imageText : rootfs.path,
    uid: engine.launch.uid,
    gid: engine.launch.gid,
    cgroup: cgroupPlan(cgroup, record),
    ...(seccompProfile === undefined ? {} : { seccompProfile }),
    namespaces: joinedNamespaces(engine, options, network.namespace),
    files,
    ...(activation !== undefined && { activation }),
    mounts,
    hostDevices: readHostDevices(options),
    secretEnv: await environmentSecrets(engine, options),
    deviceNumbers: readDeviceNumbers(options),
    runtime: record.runtime.name,
  };
}

async function askedHostUsers(record: Container["record"]): Promise<readonly HostUser[]> {
  if (record.options.hostUserNames === undefined) return [];
  return (await import("./host-accounts.ts")).askedHostUsers(record);
}

/** The monitor makes the socket in it. */
function notifyDirectory(
  { options: { sdnotify, notifySocket } }: Container["record"],
  { notify }: Container["paths"],
): Pick<HostFacts["files"], "notify"> {
  if (sdnotify !== "container" || notifySocket === undefined) return {};
  mkdirSync(notify, { recursive: true, mode: 0o755 });
  return { notify };
}

async function environmentSecrets({ store }: EngineSurroundings, options: CreateOptions): Promise<string[]> {
  if (options.secrets.length === 0) return [];
  const { secretEnv } = await import("./secrets.ts");
  return secretEnv(store, options);
}

async function withImages(mounts: readonly ResolvedMount[], images: ImageMounts): Promise<ResolvedMount[]> {
  const { withImageSource } = await imageMounts();
  return mounts.map((mount) => withImageSource(mount, images));
}

async function chownMounts(
  { store, env }: EngineSurroundings,
  { record, paths, mounts }: Pick<Container, "record" | "paths"> & Pick<HostFacts, "mounts">,
): Promise<void> {
  const { chownSources } = await import("../rootfs/chown-sources.ts");
  chownSources(mounts, { owner: containerUserOnHost(store, record, paths), home: env.HOME });
}

/** Where Debian and others put a small init. @throws {NotFoundError} If none is there. */
function initBinary(asked: string | undefined, path: string | undefined): string {
  const candidates = asked === undefined ? ["catatonit", "/usr/libexec/podman/catatonit", "tini"] : [asked];
  for (const candidate of candidates) {
    const found = findProgram(candidate, path);
    if (found !== undefined) return found;
  }
  throw new NotFoundError(
    asked === undefined
      ? 'no init binary found for --init: install one with "apt-get install catatonit", or give its path with --init-path'
      : `container-init binary not found on the host: stat ${asked}: no such file or directory`,
  );
}
