import type { ContainerPaths } from "../../container/state/paths.ts";
import { DEFAULT_CAPABILITIES } from "../../oci/capability.ts";
import type { IdMapEntry } from "../../oci/id-maps.ts";
import type { SpecLimit } from "../../oci/runtime-spec.ts";
import type { ContainerRecord } from "../../options/container-record.ts";
import type { CreateOptions, ResourceOptions } from "../../options/create-options.ts";
import type { IpcMode, NamespaceMode, UserNamespaceMode } from "../../options/namespace-mode.ts";
import { annotations } from "../../spec/generate/annotations.ts";
import { boundingCapabilities } from "../../spec/generate/capabilities.ts";
import { swapLimit } from "../../spec/shown-options.ts";
import { goMap } from "../go/value.ts";
import { humanSize } from "../human-size.ts";
import type { ContainerFacts } from "./container-facts.ts";
import { inspectBinds, inspectTmpfs } from "./container-mounts.ts";
import { networkModeText, portBindings } from "./container-network.ts";

/** Inspect's HostConfig: what of a container depends on its host. */
export function inspectHostConfig(
  record: ContainerRecord,
  facts: ContainerFacts,
  paths: ContainerPaths,
): object {
  const { options } = record;
  const { network, security, log } = options;
  const bounding = boundingCapabilities(security, facts.lastCapability);
  return {
    Binds: inspectBinds(record),
    CgroupManager: record.cgroupManager ?? facts.cgroup?.manager ?? facts.cgroupManager,
    CgroupMode: namespaceText(options.cgroupns),
    ContainerIDFile: options.cidFile ?? "",
    LogConfig: {
      Type: log.driver,
      Config: null,
      Path: log.driver === "k8s-file" || log.driver === "json-file" ? (log.path ?? paths.log) : "",
      Tag: log.tag ?? "",
      Size: log.maxSize === undefined ? "-1B" : humanSize(log.maxSize),
    },
    NetworkMode: networkModeText(network.mode),
    PortBindings: goMap(portBindings(network)),
    RestartPolicy: {
      Name: options.restart.name,
      MaximumRetryCount: options.restart.maximumRetries,
    },
    AutoRemove: options.rm,
    AutoRemoveImage: options.rmi,
    Annotations: goMap(annotations(options)),
    VolumeDriver: "",
    VolumesFrom: options.volumesFrom.length === 0 ? null : options.volumesFrom.map(volumesFromText),
    CapAdd: bounding.filter((name) => !DEFAULT_CAPABILITIES.includes(name)),
    CapDrop: DEFAULT_CAPABILITIES.filter((name) => !bounding.includes(name)),
    Dns: network.dns,
    DnsOptions: network.dnsOptions,
    DnsSearch: network.dnsSearch,
    ExtraHosts: network.addHost,
    HostsFile: network.hosts?.base ?? "",
    GroupAdd: options.process.groups,
    IpcMode: namespaceText(options.ipc),
    Cgroup: "",
    Cgroups: options.cgroups.mode === "enabled" ? "default" : options.cgroups.mode,
    Links: null,
    OomScoreAdj: options.process.oomScoreAdj ?? 0,
    PidMode: namespaceText(options.pid),
    Privileged: security.privileged,
    PublishAllPorts: network.publishAll,
    ReadonlyRootfs: security.readOnly,
    SecurityOpt: security.raw,
    Tmpfs: inspectTmpfs(options.mounts),
    UTSMode: namespaceText(options.uts),
    UsernsMode: userNamespaceText(options.userns),
    ...idMappings(options),
    ShmSize: options.shmSize,
    Runtime: "oci",
    ConsoleSize: [0, 0],
    Isolation: "",
    ...resources(options.resources),
    CgroupParent: options.cgroups.parent ?? "",
    Devices: options.devices.map(({ source, destination, permissions }) => ({
      PathOnHost: source,
      PathInContainer: destination,
      CgroupPermissions: permissions,
    })),
    DiskQuota: 0,
    KernelMemory: 0,
    Ulimits: ulimits(options, facts),
    CpuCount: 0,
    CpuPercent: 0,
    IOMaximumIOps: 0,
    IOMaximumBandwidth: 0,
    CgroupConf: Object.keys(options.resources.unified).length === 0 ? null : goMap(options.resources.unified),
  };
}

function resources(asked: ResourceOptions): object {
  const orNull = <T>(list: readonly T[]): readonly T[] | null => (list.length === 0 ? null : list);
  return {
    CpuShares: asked.cpuShares ?? 0,
    Memory: asked.memory ?? 0,
    NanoCpus: asked.nanoCpus ?? 0,
    BlkioWeight: asked.blkioWeight ?? 0,
    BlkioWeightDevice: orNull(
      asked.blkioWeightDevice.map(({ path, weight }) => ({ Path: path, Weight: weight })),
    ),
    BlkioDeviceReadBps: orNull(asked.deviceReadBps.map(deviceRate)),
    BlkioDeviceWriteBps: orNull(asked.deviceWriteBps.map(deviceRate)),
    BlkioDeviceReadIOps: orNull(asked.deviceReadIops.map(deviceRate)),
    BlkioDeviceWriteIOps: orNull(asked.deviceWriteIops.map(deviceRate)),
    CpuPeriod: asked.cpuPeriod ?? 0,
    CpuQuota: asked.cpuQuota ?? 0,
    CpuRealtimePeriod: asked.cpuRtPeriod ?? 0,
    CpuRealtimeRuntime: asked.cpuRtRuntime ?? 0,
    CpusetCpus: asked.cpusetCpus ?? "",
    CpusetMems: asked.cpusetMems ?? "",
    MemoryReservation: asked.memoryReservation ?? 0,
    MemorySwap: swapLimit(asked) ?? 0,
    MemorySwappiness: asked.memorySwappiness ?? 0,
    OomKillDisable: asked.oomKillDisable ?? false,
    PidsLimit: asked.pidsLimit ?? 0,
  };
}

function deviceRate({ path, rate }: { path: string; rate: number }): object {
  return { Path: path, Rate: rate };
}

function ulimits({ ulimits: asked }: CreateOptions, { spec }: ContainerFacts): object[] {
  if (spec?.process.rlimits === undefined) {
    return asked.map(({ type, soft, hard }) => ({ Name: type, Soft: soft, Hard: hard }));
  }
  // As Podman 5: what is not limited is -1. JSON.parse() has rounded 2^64-1.
  const shown = (limit: SpecLimit): number => (Number.isSafeInteger(limit) ? Number(limit) : -1);
  return spec.process.rlimits.map(({ type, soft, hard }) => ({
    Name: type,
    Soft: shown(soft),
    Hard: shown(hard),
  }));
}

function idMappings({ idMaps }: CreateOptions): object {
  if (idMaps === undefined) return {};
  const text = (map: readonly IdMapEntry[]): string[] =>
    map.map(({ containerId, hostId, size }) => `${containerId}:${hostId}:${size}`);
  return { IDMappings: { UidMap: text(idMaps.uidMap), GidMap: text(idMaps.gidMap) } };
}

function namespaceText(mode: NamespaceMode | IpcMode): string {
  if (mode.kind === "container") return `container:${mode.container}`;
  return mode.kind === "path" ? `ns:${mode.path}` : mode.kind;
}

function userNamespaceText({ kind }: UserNamespaceMode): string {
  return kind === "host" ? "" : kind === "container" || kind === "path" ? kind : "private";
}

function volumesFromText({ container, options }: CreateOptions["volumesFrom"][number]): string {
  return [container, options.join(",")].filter(Boolean).join(":");
}
