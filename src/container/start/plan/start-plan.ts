import { ownerOnHost } from "../../../oci/id-maps.ts";
import type { ContainerRecord } from "../../../options/container-record.ts";
import { type MonitorEvent, namedRecord, type PlanRecord } from "../../../protocol/plan.ts";
import type { MountStep, RootfsPlan } from "../../../storage/rootfs/rootfs.ts";
import { consoleSocketFlags } from "../../runtime/console-socket.ts";
import { preserveFdsFlags } from "../../runtime/preserved-fds.ts";
import { copyRuntimeRecords } from "../../runtime/sealed-runtime.ts";
import type { ContainerPaths } from "../../state/paths.ts";
import { mayRunAgain } from "../../state/stopped-by-user.ts";
import { logRecord } from "./log-plan.ts";
import type { NetworkPlan } from "./network-plan.ts";

/**
 * What `path` leads to below `root`, never out of it, is mounted on `target`. Both of these are absolute.
 */
export interface SubpathMount {
  readonly root: string;
  readonly path: string;
  readonly target: string;
}

export interface StartPlanParts {
  readonly record: ContainerRecord;
  readonly paths: ContainerPaths;
  /** The run's name (start-facts.ts). */
  readonly run: string;
  readonly rootfs: RootfsPlan;
  /** Images that are mounted beside the container's own. */
  readonly images: readonly RootfsPlan[];
  /** After the images, before `mounts`. */
  readonly subpaths: readonly SubpathMount[];
  /** Mounts of named volumes, image mounts and the like, after the root filesystem. */
  readonly mounts: readonly MountStep[];
  /** Absolute paths of volumes that the command has mounted. */
  readonly mounted: readonly string[];
  readonly network: NetworkPlan;
  /** What the container's pod asks of the monitor (pod-plan.ts), and whom it joins (joined-plan.ts). */
  readonly pod: readonly PlanRecord[];
  /** The monitor's own scope (scope-plan.ts). */
  readonly scope: readonly PlanRecord[];
  /** The runtime's program with its global options. */
  readonly runtimeCommand: readonly string[];
  /** Records of the container's health check (health-plan.ts). */
  readonly health: readonly PlanRecord[];
  /** Rows and columns of the terminal the container starts with; 0: the kernel's default. */
  readonly window: { readonly rows: number; readonly columns: number };
  /** How many descriptors from 3 on the process gets. */
  readonly preservedFds: number;
  /** Whether output waits for the first attached client. */
  readonly hold: boolean;
  /** Whether the container ends with the process that reads the monitor's answers. */
  readonly bound: boolean;
  /** Whether the container is only made in the runtime, and waits there for its start. */
  readonly initialize: boolean;
  /** Absolute path of the event log. */
  readonly eventLog: string;
  /** The template of a line of the event log (protocol/event-template.ts). */
  readonly eventTemplate: (name: MonitorEvent) => string;
  /** A program to run when the last run has ended; empty for none. */
  readonly atEnd: readonly string[];
  /** What is run when a container with --rm is gone; empty: nothing. */
  readonly afterEnd: readonly string[];
  /** Where directories go before they are deleted. */
  readonly trash: string;
  /**
   * What `--rm` takes away beside the container's directories: the claim of its name, its volumes'
   * references.
   */
  readonly removal: {
    /** Directory of the claims of names. */
    readonly names: string;
    readonly links: readonly string[];
    readonly volumes: readonly { readonly ref: string; readonly event: string }[];
  };
}

/** The monitor's plan for one run of a container (native/protocol.h, 2). */
export function startPlan(parts: StartPlanParts): PlanRecord[] {
  const { record, paths, rootfs } = parts;
  return [
    ["id", record.id],
    ["dir", paths.runtime],
    ["store", paths.directory, parts.run, record.name],
    ...parts.pod,
    ...parts.scope,
    ...stdioRecords(parts),
    ...rootfsRecords(rootfs),
    ...mtabRecord(parts),
    ...parts.images.flatMap(rootfsRecords),
    ...parts.mounted.map((path): PlanRecord => ["mounted", path]),
    ...parts.subpaths.map(({ root, path, target }): PlanRecord => ["subpath", root, path, target]),
    ...parts.mounts.map(mountRecord),
    ...parts.network.records,
    ...runtimeRecords(parts),
    ["exit-file", paths.exitFile],
    ...optional("write-pid", record.options.pidFile),
    ["write-monitor-pid", record.options.monitorPidFile ?? paths.monitorPidFile],
    ...(record.options.process.timeout > 0
      ? [["timeout", String(record.options.process.timeout)] as const]
      : []),
    ["event-log", parts.eventLog],
    ...events(parts).map((name) => namedRecord("event", { name, template: parts.eventTemplate(name) })),
    ...(parts.atEnd.length > 0 ? [["at-end", ...parts.atEnd] as const] : []),
    ["trash", parts.trash],
    ...parts.health,
    ...restartRecords(parts),
    ...(record.options.rm ? removalRecords(parts) : []),
  ];
}

function rootfsRecords({ mounts, prepare }: RootfsPlan): PlanRecord[] {
  return [...mounts.map(mountRecord), ...prepare.map((argv): PlanRecord => ["prepare", ...argv])];
}

/**
 * /etc/mtab where the image has none, as with Podman: old users of getmntent(3) read that file. Not for a
 * build's step, whose files become a layer.
 */
function mtabRecord({ record, rootfs, bound }: StartPlanParts): PlanRecord[] {
  if (bound) return [];
  const root = { uid: 0, gid: 0 };
  const owner = record.options.idMaps === undefined ? root : ownerOnHost(record.options.idMaps, root);
  const link = { root: rootfs.path, directory: "etc", name: "mtab", text: "/proc/mounts" };
  return [namedRecord("symlink", { ...link, ...owner })];
}

function events({ record: { options }, health, hold, initialize }: StartPlanParts): MonitorEvent[] {
  return [
    "init",
    ...(initialize ? [] : (["start"] as const)),
    ...(hold ? (["attach"] as const) : []),
    "died",
    ...(mayRunAgain(options) ? (["restart"] as const) : []),
    ...(health.length > 0 ? (["health_status"] as const) : []),
    "cleanup",
    ...(options.rm ? (["remove"] as const) : []),
  ];
}

function stdioRecords({ record, paths, window, hold, bound }: StartPlanParts): PlanRecord[] {
  const { process } = record.options;
  return [
    ...(process.tty ? [namedRecord("terminal", { rows: window.rows, cols: window.columns })] : []),
    ...(process.openStdin ? [["stdin"] as const] : []),
    logRecord(record, paths.log),
    ...notifyRecord(record.options),
    ...(hold ? [["hold"] as const] : []),
    ...(bound ? [["bound"] as const] : []),
  ];
}

function notifyRecord({ sdnotify, notifySocket: socket, service }: ContainerRecord["options"]): PlanRecord[] {
  const mode = service ? "conmon" : sdnotify;
  return mode === "ignore" || socket === undefined ? [] : [namedRecord("notify", { mode, socket })];
}

function runtimeRecords(parts: StartPlanParts): PlanRecord[] {
  const { record, paths, runtimeCommand, initialize, preservedFds } = parts;
  const console = { path: paths.console, preservedFds };
  const create = [
    "create",
    ...["--bundle", paths.bundle, "--pid-file", paths.pidFile],
    ...(record.options.process.tty ? consoleSocketFlags(record.runtime, console) : []),
    ...preserveFdsFlags(preservedFds),
    record.id,
  ];
  return [
    ["pid-file", paths.pidFile],
    ...copyRuntimeRecords(record.runtime),
    ["create", ...runtimeCommand, ...create],
    // A monitor always has a start to do: asking for the state is one that leaves the container as it is.
    ["start", ...runtimeCommand, initialize ? "state" : "start", record.id],
    ["delete", ...runtimeCommand, "delete", "--force", record.id],
  ];
}

function restartRecords(parts: StartPlanParts): PlanRecord[] {
  return mayRunAgain(parts.record.options) ? policyRecords(parts) : [];
}

/** What the monitor is to do when the process has ended. */
export function policyRecords({
  record,
  paths,
  runtimeCommand,
}: Pick<StartPlanParts, "record" | "paths" | "runtimeCommand">): PlanRecord[] {
  const { name, maximumRetries } = record.options.restart;
  return [
    namedRecord("restart", { policy: name, retries: maximumRetries, mark: paths.stoppedByUser }),
    ["start-again", ...runtimeCommand, "start", record.id],
  ];
}

function removalRecords({ record, paths, removal, afterEnd }: StartPlanParts): PlanRecord[] {
  // The name first: were the directory gone before it, another command might claim the name, and lose it to
  // this unlink.
  return [
    ["remove-name", removal.names],
    ...(record.options.cidFile === undefined ? [] : [["remove-id-file", record.options.cidFile] as const]),
    ...removal.links.map((path): PlanRecord => ["remove-link", path]),
    ["remove-dir", paths.directory],
    ...removal.volumes.map(({ ref, event }): PlanRecord => ["volume-ref", ref, event]),
    ["remove-link", paths.lock],
    ...(afterEnd.length > 0 ? [["after-end", ...afterEnd] as const] : []),
  ];
}

function mountRecord({ source, target, type, flags, data, cwd }: MountStep): PlanRecord {
  return namedRecord("mount", { source, target, fstype: type, flags, data, cwd });
}

function optional(key: "write-pid", value: string | undefined): PlanRecord[] {
  return value === undefined ? [] : [[key, value]];
}
