import type { ContainerRecord } from "../../options/container-record.ts";
import { ownSources } from "../../options/mount-request.ts";
import { programFile } from "../../os/program-files.ts";
import type { PlanRecord } from "../../protocol/plan.ts";
import { runtimeCommand } from "../../rootless/runtime.ts";
import { hasOwnUserNamespace } from "../../spec/generate/id-maps.ts";
import type { CgroupPlan } from "../../spec/host-facts.ts";
import { NO_EVENTS } from "../../storage/store.ts";
import { monitorVolumeEvent } from "../../volume/event.ts";
import { volumeRefPath } from "../../volume/volumes.ts";
import { containerRootfs } from "../rootfs/container-rootfs.ts";
import type { ImageMounts } from "../rootfs/image-mounts.ts";
import { newCgroup } from "../runtime/container-cgroup.ts";
import type { Engine } from "../state/engine.ts";
import { activeHealthcheck } from "../state/health.ts";
import type { Container } from "../state/list.ts";
import type { StartOptions } from "../state/start-options.ts";
import { monitorEvent } from "./event.ts";
import type { RunDecisions } from "./gather-facts.ts";
import { runningPid } from "./namespaces.ts";
import { placeAccounts } from "./own-accounts.ts";
import { cgroupPlan, warnOfMissingCgroups } from "./plan/cgroup-plan.ts";
import type { HealthPlanParts } from "./plan/health-plan.ts";
import { type NetworkPlan, planNetwork } from "./plan/network-plan.ts";
import { podPlan } from "./plan/pod-plan.ts";
import { scopePlan } from "./plan/scope-plan.ts";
import { startPlan } from "./plan/start-plan.ts";
import { type WrittenBundle, writeBundle } from "./write-bundle.ts";

export interface PlannedRun {
  /** The monitor's plan. */
  readonly records: readonly PlanRecord[];
  /** Where the container's cgroup is going to be. */
  readonly cgroup: CgroupPlan;
  /**
   * Write the bundle: config.json, the container's /etc files. Takes longer than the plan, and the monitor
   * can work meanwhile.
   * @returns the function to call when the runtime has created the container, where there is one
   * @throws {TspodError} If something that the container was created with is not there any more, or can't be
   * held here.
   */
  writeBundle(): Promise<(() => void) | undefined>;
}

export interface RunOptions {
  /** The run's name (start-facts.ts). */
  readonly run: string;
  /** Absolute paths of volumes that are mounted in this call's mount namespace. */
  readonly mounted?: readonly string[];
}

/**
 * Plan a run of a container. Repeatable: each start of a container does it anew, since the host may have
 * changed.
 * @throws {TspodError} If its root file system or network can't be had.
 */
export async function planRun(
  engine: Engine,
  container: Container,
  options: StartOptions & RunOptions,
): Promise<PlannedRun> {
  const decisions = await decide(engine, container, options);
  const { record } = container;
  const written = hasMountsOfBundle(record.options)
    ? await writeBundle(engine, container, decisions)
    : undefined;
  const { mounts, subpaths } = written ?? { mounts: [], subpaths: [] };
  return {
    records: await planRecords(engine, container, { ...options, ...decisions, mounts, subpaths }),
    cgroup: cgroupPlan(decisions.cgroup, record),
    writeBundle: async () => (written ?? (await writeBundle(engine, container, decisions))).onCreated,
  };
}

/**
 * Whether the plan has mounts that are known only when the bundle is written: with a user namespace of its
 * own those of the spec, with a subpath that of a volume which may have to be filled first.
 */
function hasMountsOfBundle(options: ContainerRecord["options"]): boolean {
  return (
    hasOwnUserNamespace(options) ||
    options.mounts.some((mount) => "subpath" in mount && mount.subpath !== undefined)
  );
}

async function decide(
  engine: Engine,
  container: Container,
  { bound = false }: StartOptions,
): Promise<RunDecisions> {
  const { record, paths } = container;
  const cgroup = newCgroup(record, engine);
  warnOfMissingCgroups(cgroup, engine);
  // After its end, or a power cut, no one wants the files of a container with --rm or of a build's step.
  const volatile = bound || record.options.rm;
  const rootfs = await containerRootfs(engine.store, { record, paths, volatile });
  if (rootfs.warning !== undefined) engine.warn(rootfs.warning);
  const network = await decideNetwork(engine, container);
  const hasImages = record.options.mounts.some(({ type }) => type === "image");
  const images = hasImages
    ? await (await import("../rootfs/image-mounts.ts")).planImageMounts(engine.store, record, paths)
    : NO_IMAGES;
  const accounts = await placeAccounts(container, rootfs);
  return { cgroup, rootfs, network, images, accounts };
}

async function decideNetwork(engine: Engine, container: Container): Promise<NetworkPlan> {
  const { record, paths } = container;
  const { mode } = record.options.network;
  const path = engine.env.PATH;
  if (mode.kind === "bridge") {
    const { planBridges } = await import("./plan/bridge-plan.ts");
    return planBridges(engine, container);
  }
  if (mode.kind === "pasta") {
    const { planPasta } = await import("./plan/pasta-plan.ts");
    return planPasta(record.options, mode.options, { paths, path });
  }
  return planNetwork(record.options, {
    paths,
    path,
    slirpPath: engine.slirpPath,
    pidOf: (other) => runningPid(engine, other),
  });
}

async function planRecords(
  engine: Engine,
  { record, paths }: Container,
  {
    cgroup,
    rootfs,
    network,
    images,
    mounts,
    subpaths,
    ...options
  }: RunDecisions & StartOptions & RunOptions & Pick<WrittenBundle, "mounts" | "subpaths">,
): Promise<PlanRecord[]> {
  const { runtimeDirectory, runtimeFlags, store, env } = engine;
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
    run: options.run,
    rootfs,
    images: [...images.values()],
    mounts,
    subpaths,
    mounted: [...(rootfs.mounted ? [rootfs.path] : []), ...(options.mounted ?? [])],
    network,
    pod: [...podPlan(store, record), ...(await joinedRecords(engine, record))],
    scope:
      record.options.cgroups.mode === "enabled" || record.options.cgroups.mode === "besteffort"
        ? scopePlan(cgroup, { name: `tspod-monitor-${record.id}`, env, outlives: !isMainProcess(record) })
        : [],
    runtimeCommand: command,
    health: await checksPlan({ record, paths, runtimeCommand: command }),
    window: options.window,
    hold: options.hold,
    bound: options.bound ?? false,
    preservedFds: options.preservedFds?.length ?? 0,
    initialize: options.initialize ?? false,
    atEnd: reclaimCommand(record.options.mounts),
    afterEnd: removeImageCommand(engine, record),
    eventLog: store.events,
    eventTemplate: (name) => monitorEvent(record, name),
    trash: store.tmp,
    removal: {
      names: store.names,
      links: volumes(false).map(({ ref }) => ref),
      volumes: volumes(true),
    },
  });
}

/** Most containers join no others. */
async function joinedRecords(engine: Engine, { options }: ContainerRecord): Promise<PlanRecord[]> {
  const { network, ipc, pid, uts, cgroupns, userns } = options;
  const joined = [network.mode, ipc, pid, uts, cgroupns, userns].flatMap((mode) =>
    mode.kind === "container" ? [mode.container] : [],
  );
  return joined.length === 0 ? [] : (await import("./plan/joined-plan.ts")).joinedPlan(engine, joined);
}

/** Whether the monitor's pid was asked for, as a service does whose main process the monitor is to be. */
function isMainProcess({ options }: Container["record"]): boolean {
  return options.monitorPidFile !== undefined || (options.notifySocket ?? "") !== "";
}

/** Gives back to the user what the container's other users have made in mounts with `own`. */
function reclaimCommand(mounts: ContainerRecord["options"]["mounts"]): string[] {
  const paths = ownSources(mounts);
  return paths.length === 0 ? [] : [programFile, "reclaim", ...paths];
}

/** `run --rmi`: whoever sees the end removes the image, whether or not a client is there by then. */
function removeImageCommand(
  { store, runtimeDirectory }: Pick<Engine, "store" | "runtimeDirectory">,
  { options, image }: ContainerRecord,
): string[] {
  if (!options.rmi || image === undefined) return [];
  const events = store.events === NO_EVENTS ? ["--events-backend", "none"] : [];
  const place = ["--root", store.root, "--runroot", runtimeDirectory, ...events];
  return [programFile, ...place, "__remove-image", image.id, image.name];
}

const NO_IMAGES: ImageMounts = new Map();

/** Most containers have no checks: how they are planned is loaded for the others only. */
async function checksPlan(parts: HealthPlanParts): Promise<PlanRecord[]> {
  const { options } = parts.record;
  const has = activeHealthcheck(options) ?? options.readiness ?? options.hooks?.postStart;
  return has === undefined ? [] : (await import("./plan/health-plan.ts")).healthPlan(parts);
}
