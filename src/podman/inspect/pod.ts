import type { Container } from "../../container/state/list.ts";
import type { CreateOptions, ResourceOptions } from "../../options/create-options.ts";
import type { MountRequest } from "../../options/mount-request.ts";
import { infraOf, type Pod } from "../../pod/state/pods.ts";
import { publishedPorts } from "../published-ports.ts";

/** Where a pod's cgroup is. */
export interface PodCgroup {
  readonly parent: string;
  readonly path: string;
}

/** `pod inspect`: what Podman says of a pod. */
export function inspectPod(pod: Pod, cgroup: PodCgroup): object {
  const { record, members, status } = pod;
  const infra = infraOf(pod)?.record;
  return {
    Id: record.id,
    Name: record.name,
    Created: record.created,
    CreateCommand: record.createCommand,
    ExitPolicy: record.exitPolicy,
    State: status,
    Hostname: record.hostname ?? "",
    ...(Object.keys(record.labels).length > 0 && { Labels: record.labels }),
    CreateCgroup: record.shareParent,
    CgroupParent: cgroup.parent,
    CgroupPath: record.shareParent ? cgroup.path : "",
    CreateInfra: infra !== undefined,
    InfraContainerID: infra?.id ?? "",
    InfraConfig: infra === undefined ? null : infraConfig(infra.options, record.resources),
    SharedNamespaces: record.shares,
    NumContainers: members.length,
    Containers: members.map(memberOf),
    ...limits(record.resources),
    ...(infra !== undefined && inherited(infra)),
    ...(record.restart !== undefined && { RestartPolicy: record.restart.name }),
    LockNumber: 0,
  };
}

function memberOf({ record: { id, name }, state }: Container): object {
  return { Id: id, Name: name, State: state.status };
}

function infraConfig({ network, pid, userns, uts }: CreateOptions, resources: ResourceOptions): object {
  const { mode } = network;
  const networks = mode.kind === "bridge" ? mode.networks : [];
  const list = (texts: readonly string[]) => (texts.length === 0 ? null : texts);
  const ports = publishedPorts(network.ports);
  return {
    PortBindings: Object.fromEntries(ports.map(({ port }) => [port, bindingsOf(port, ports)])),
    HostNetwork: mode.kind === "host",
    StaticIP: networks[0]?.ips[0] ?? "",
    StaticMAC: networks[0]?.mac ?? "",
    NoManageResolvConf: network.dns.includes("none"),
    DNSServer: list(network.dns),
    DNSSearch: list(network.dnsSearch),
    DNSOption: list(network.dnsOptions),
    NoManageHostname: network.noHostname ?? false,
    NoManageHosts: network.noHosts,
    HostAdd: list(network.addHost),
    HostsFile: network.hosts?.base ?? "",
    Networks: list(networks.map(({ name }) => name)),
    NetworkOptions: null,
    ...cpus(resources),
    pid_ns: pid.kind,
    userns: userns.kind,
    uts_ns: uts.kind,
  };
}

function bindingsOf(wanted: string, ports: ReturnType<typeof publishedPorts>): object[] {
  return ports
    .filter(({ port }) => port === wanted)
    .map(({ address }) => {
      const colon = address.lastIndexOf(":");
      return { HostIp: address.slice(0, colon), HostPort: address.slice(colon + 1) };
    });
}

/** Podman's period where --cpus alone is given, in microseconds. */
const PERIOD = 100_000;

function cpus({ nanoCpus, cpuPeriod, cpuQuota, cpusetCpus, cpusetMems, cpuShares }: ResourceOptions): object {
  const period = nanoCpus === undefined ? cpuPeriod : PERIOD;
  const quota = nanoCpus === undefined ? cpuQuota : Math.round((nanoCpus / 1e9) * PERIOD);
  return {
    ...(period !== undefined && { cpu_period: period }),
    ...(quota !== undefined && { cpu_quota: quota }),
    ...(cpusetCpus !== undefined && { cpuset_cpus: cpusetCpus }),
    ...(cpusetMems !== undefined && { cpuset_mems: cpusetMems }),
    ...(cpuShares !== undefined && { cpu_shares: cpuShares }),
  };
}

function limits(resources: ResourceOptions): object {
  const { memory, memorySwap, blkioWeight, blkioWeightDevice, deviceReadBps, deviceWriteBps } = resources;
  const rates = (list: ResourceOptions["deviceReadBps"]) =>
    list.map(({ path, rate }) => ({ Path: path, Rate: rate }));
  return {
    ...cpus(resources),
    ...(memory !== undefined && { memory_limit: memory }),
    ...(memory !== undefined && { memory_swap: memorySwap ?? memory * 2 }),
    ...(blkioWeight !== undefined && { blkio_weight: blkioWeight }),
    ...(blkioWeightDevice.length > 0 && {
      blkio_weight_device: blkioWeightDevice.map(({ path, weight }) => ({ Path: path, Weight: weight })),
    }),
    ...(deviceReadBps.length > 0 && { device_read_bps: rates(deviceReadBps) }),
    ...(deviceWriteBps.length > 0 && { device_write_bps: rates(deviceWriteBps) }),
  };
}

function inherited({ options }: Container["record"]): object {
  const { mounts, devices, security, volumesFrom } = options;
  return {
    ...(mounts.length > 0 && { mounts: mounts.map(mountOf) }),
    ...(devices.length > 0 && {
      devices: devices.map(({ source, destination, permissions }) => ({
        PathOnHost: source,
        PathInContainer: destination,
        CgroupPermissions: permissions,
      })),
    }),
    ...(security.raw.length > 0 && { security_opt: security.raw }),
    ...(volumesFrom.length > 0 && { volumes_from: volumesFrom.map(({ container }) => container) }),
  };
}

function mountOf(mount: MountRequest): object {
  return {
    Type: mount.type,
    ...(mount.type === "volume" && { Name: mount.name ?? "" }),
    Source: mount.type === "bind" ? mount.source : "",
    Destination: mount.destination,
    RW: !mount.readOnly,
  };
}
