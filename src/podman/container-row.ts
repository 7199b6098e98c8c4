import { type NamespaceIds, namespaceIds } from "../container/report/namespace-ids.ts";
import type { ContainerSize } from "../container/rootfs/container-size.ts";
import { readHealth, readReady } from "../container/state/health.ts";
import type { Container } from "../container/state/list.ts";
import { digestHex } from "../oci/digest.ts";
import { shortId } from "../oci/short-id.ts";
import type { NetworkOptions } from "../options/create-options.ts";
import { exposedPortsMap, formatPorts } from "./container-ports.ts";
import { milliseconds, statusText } from "./container-status.ts";
import { formatGoTime, goMap, goTime } from "./go/value.ts";
import { ago } from "./human-duration.ts";
import { humanSize } from "./human-size.ts";

/** Seconds since the epoch of Go's zero time, as podman has it for "never". */
const NEVER = -62135596800;
const SHORT_COMMAND = 17;

export interface RowOptions {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly noTrunc: boolean;
  /** With --size. */
  readonly size?: ContainerSize;
  /** Of the container whose network namespace it shares; absent: its own. */
  readonly network?: NetworkOptions;
}

/** A container as `ps --format TEMPLATE` sees it; what costs something is looked up when it is asked for. */
export type PsRow = ReturnType<typeof psRow>;

export function psRow(container: Container, { now, noTrunc, size, network }: RowOptions) {
  const { record, state } = container;
  const { options } = record;
  const command = commandOf(container).join(" ");
  const id = noTrunc ? record.id : shortId(record.id);
  const imageId = imageIdOf(record);
  const text = statusText(state, now);
  const created = ago(now, Date.parse(record.created));
  const pod = options.pod?.id ?? "";
  const podId = noTrunc ? pod : shortId(pod);
  const row = {
    ID: id,
    Image: imageName(container),
    ImageID: noTrunc ? imageId : shortId(imageId),
    Command: noTrunc || command.length <= SHORT_COMMAND ? command : `${command.slice(0, SHORT_COMMAND)}...`,
    Created: goTime(record.created),
    CreatedAt: formatGoTime(record.created),
    CreatedHuman: created,
    RunningFor: created,
    State: state.status,
    Status: `${text}${healthSuffix(container)}`,
    Pid: state.pid,
    Ports: formatPorts(network ?? options.network),
    Names: record.name,
    ExposedPorts: exposedPortsMap(network ?? options.network) ?? goMap(undefined),
    Networks: networkNames(container).join(","),
    Labels: goMap(options.labels),
    Mounts: options.mounts.map(({ destination }) => destination),
    Pod: podId,
    PodName: options.pod?.name ?? "",
    PodID: podId,
    Restarts: state.restartCount,
    Size:
      size === undefined
        ? ""
        : `${humanSize(size.rwSize, { digits: 3 })} (virtual ${humanSize(size.rootFsSize, { digits: 3 })})`,
    ExitCode: state.exitCode,
    Exited: state.status === "exited",
    ExitedAt: unixSeconds(state.finishedAt),
    StartedAt: unixSeconds(state.startedAt),
    IsInfra: isInfra(container),
    AutoRemove: options.rm,
    CIDFile: options.cidFile ?? "",
    /** Podman has its list's element embedded in the row: all the same fields, but the sizes as numbers. */
    get ListContainer(): object {
      const sizes = size && { RootFsSize: size.rootFsSize, RwSize: size.rwSize };
      return Object.create(this, { Size: { value: sizes, configurable: true } });
    },
  };
  return withGetters(row, namespaceFields(state.pid));
}

/** What is read in /proc when it is first asked for. */
function namespaceFields(pid: number) {
  let ids: NamespaceIds | undefined;
  const namespaces = (): NamespaceIds => {
    ids ??= namespaceIds(pid);
    return ids;
  };
  return {
    get CGROUPNS() {
      return namespaces().cgroup;
    },
    get Cgroup() {
      return namespaces().cgroup;
    },
    get IPC() {
      return namespaces().ipc;
    },
    get MNT() {
      return namespaces().mnt;
    },
    get NET() {
      return namespaces().net;
    },
    get PIDNS() {
      return namespaces().pid;
    },
    get USERNS() {
      return namespaces().user;
    },
    get User() {
      return namespaces().user;
    },
    get UTS() {
      return namespaces().uts;
    },
    get Namespaces() {
      const { mnt, cgroup, ipc, net, pid, user, uts } = namespaces();
      return { Mnt: mnt, Cgroup: cgroup, Ipc: ipc, Net: net, Pidns: pid, User: user, Uts: uts };
    },
  };
}

function withGetters<T extends object, G extends object>(row: T, getters: G): T & G {
  return Object.defineProperties(row, Object.getOwnPropertyDescriptors(getters)) as T & G;
}

/** One element of `ps --format json`. */
export function psJson(container: Container, { now, size, network }: Omit<RowOptions, "noTrunc">): object {
  const { record, state } = container;
  const { options } = record;
  const { ports, exposed } = network ?? options.network;
  return {
    AutoRemove: options.rm,
    Command: commandOf(container),
    CreatedAt: ago(now, Date.parse(record.created)),
    CIDFile: options.cidFile ?? "",
    Exited: state.status === "exited",
    ExitedAt: unixSeconds(state.finishedAt),
    ExitCode: state.exitCode,
    ExposedPorts: exposedPortsMap({ exposed }),
    Id: record.id,
    Image: imageName(container),
    ImageID: imageIdOf(record),
    IsInfra: isInfra(container),
    Labels: Object.keys(options.labels).length === 0 ? null : goMap(options.labels),
    Mounts: options.mounts.map(({ destination }) => destination),
    Names: [record.name],
    Namespaces: {},
    Networks: networkNames(container),
    Pid: state.pid,
    Pod: options.pod?.id ?? "",
    PodName: options.pod?.name ?? "",
    Ports: ports.length === 0 ? null : ports.map(portJson),
    Restarts: state.restartCount,
    Size: size === undefined ? null : { rootFsSize: size.rootFsSize, rwSize: size.rwSize },
    StartedAt: unixSeconds(state.startedAt),
    State: state.status,
    Status: `${statusText(state, now)}${healthSuffix(container)}`,
    Created: Math.floor(Date.parse(record.created) / 1000),
  };
}

function healthSuffix({ record, paths, state }: Container): string {
  const health = readHealth(record.options, paths);
  const ready = state.status === "running" ? readReady(record.options, paths) : undefined;
  return [
    ...(health === undefined ? [] : [` (${health.status})`]),
    ...(ready === undefined ? [] : [ready ? " (ready)" : " (not ready)"]),
  ].join("");
}

function isInfra({ record }: Container): boolean {
  return record.options.pod?.infra === true;
}

/** The arguments of the container's first process; of an infra container nobody has given any. */
export function commandOf(container: Container): string[] {
  const { record } = container;
  if (isInfra(container)) return [];
  return [...record.options.process.entrypoint, ...record.options.process.command];
}

export function imageName({ record }: Container): string {
  const { source } = record.options;
  return record.image?.name ?? (source.kind === "rootfs" ? source.path : "");
}

function portJson(port: Container["record"]["options"]["network"]["ports"][number]): object {
  return {
    host_ip: port.hostIp,
    container_port: port.containerPort,
    host_port: port.hostPort,
    range: port.range,
    protocol: port.protocol,
  };
}

function networkNames({ record }: Container): string[] {
  const { mode } = record.options.network;
  return mode.kind === "bridge" ? mode.networks.map(({ name }) => name) : [];
}

function unixSeconds(time: string | undefined): number {
  const ms = milliseconds(time);
  return ms === undefined ? NEVER : Math.floor(ms / 1000);
}

function imageIdOf({ image }: Container["record"]): string {
  return image === undefined ? "" : digestHex(image.id);
}
