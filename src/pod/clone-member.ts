import { isDeepStrictEqual } from "node:util";
import type { Container } from "../container/state/list.ts";
import type { CreateOptions } from "../options/create-options.ts";
import { POD_NAMESPACES, type PodNamespace } from "../options/pod-record.ts";
import { asMember, podMounts } from "./member.ts";
import { infraOf, type Pod } from "./state/pods.ts";

export interface CloneInPod {
  readonly options: CreateOptions;
  /** What of the original is left out, since the pod has it: `published ports`. */
  readonly dropped: readonly string[];
}

/**
 * The options of a container's clone as a member of a pod.
 * @param options those of the clone, outside of the pod
 * @param old the pod that the original is a member of
 * @throws {TspodError} If the clone would have what is the pod's to say.
 */
export function cloneInPod(pod: Pod, options: CreateOptions, old: Pod | undefined): CloneInPod {
  const { options: free, own } =
    old === undefined ? { options, own: new Set<PodNamespace>() } : outOf(old, options);
  const shares = new Set(
    infraOf(pod) === undefined ? [] : pod.record.shares.filter((name) => !own.has(name)),
  );
  const { options: fitting, dropped } = withoutShared(free, shares);
  const init = options.pod?.init;
  const member = asMember(pod, fitting, { own, hasRestart: true, ...(init !== undefined && { init }) });
  return { options: member, dropped };
}

/** What a member would be outside of its pod, and the namespaces that it does not share with the pod. */
function outOf(pod: Pod, options: CreateOptions): { options: CreateOptions; own: ReadonlySet<PodNamespace> } {
  const infra = infraOf(pod);
  const { pod: _, cgroups, ...others } = options;
  const { inPod: __, ...ownCgroups } = cgroups;
  const free: CreateOptions = { ...others, cgroups: withoutParent(ownCgroups, pod) };
  if (infra === undefined) return { options: free, own: new Set() };
  const joined = POD_NAMESPACES.filter((namespace) => joins(options, namespace, infra.record.id));
  const { hostname, ...unnamed } = withoutNamespaces(withoutInherited(free, pod, infra), joined, infra);
  return {
    options: { ...unnamed, ...(hostname !== undefined && !joined.includes("uts") && { hostname }) },
    own: new Set(pod.record.shares.filter((namespace) => !joined.includes(namespace))),
  };
}

function withoutParent(cgroups: CreateOptions["cgroups"], { record }: Pod): CreateOptions["cgroups"] {
  if (record.cgroupParent === undefined || cgroups.parent !== record.cgroupParent) return cgroups;
  const { parent: _, ...others } = cgroups;
  return others;
}

function joins(options: CreateOptions, namespace: PodNamespace, infraId: string): boolean {
  const modes = {
    net: options.network.mode,
    ipc: options.ipc,
    pid: options.pid,
    uts: options.uts,
    cgroup: options.cgroupns,
  };
  const mode = modes[namespace];
  return mode.kind === "container" && mode.container === infraId;
}

function withoutNamespaces(
  options: CreateOptions,
  joined: readonly PodNamespace[],
  { record: { options: infra } }: Container,
): CreateOptions {
  const own = { kind: "private" } as const;
  return {
    ...options,
    ...(joined.includes("ipc") && { ipc: own }),
    ...(joined.includes("pid") && { pid: own }),
    ...(joined.includes("uts") && { uts: own }),
    ...(joined.includes("cgroup") && { cgroupns: own }),
    ...(options.userns.kind === "container" && {
      userns: { kind: "host" },
      hostUsers: options.hostUsers.filter(
        (user) => !infra.hostUsers.some((other) => isDeepStrictEqual(user, other)),
      ),
    }),
  };
}

/** The mounts and devices that the container has from the pod are left to the pod that it goes into. */
function withoutInherited(
  options: CreateOptions,
  { record }: Pod,
  { record: infra }: Container,
): CreateOptions {
  const fromPod = podMounts(record.mounts ?? [], infra.volumes);
  const isIn = (items: readonly unknown[], item: unknown) =>
    items.some((other) => isDeepStrictEqual(item, other));
  return {
    ...options,
    mounts: options.mounts.filter((mount) => !isIn(fromPod, mount)),
    devices: options.devices.filter((device) => !isIn(infra.options.devices, device)),
  };
}

/** Options of a container that its pod decides do not hinder its clone from using those of the pod. */
function withoutShared(options: CreateOptions, shares: ReadonlySet<PodNamespace>): CloneInPod {
  const { network, hostname, ...others } = options;
  const named = shares.has("uts") && hostname !== undefined;
  const ownNetwork: CreateOptions["network"] = {
    ...network,
    mode: { kind: "none" },
    ports: [],
    publishAll: false,
    addHost: [],
  };
  return {
    dropped: [...(shares.has("net") ? networkParts(network) : []), ...otherParts(options, shares)],
    options: {
      ...others,
      userns: { kind: "host" },
      network: shares.has("net") ? ownNetwork : network,
      ...(hostname !== undefined && !named && { hostname }),
    },
  };
}

function networkParts({ mode, ports, publishAll, addHost }: CreateOptions["network"]): string[] {
  const usual = mode.kind === "slirp4netns" || mode.kind === "pasta" || mode.kind === "container";
  return [
    ...(ports.length > 0 || publishAll ? ["published ports"] : []),
    ...(addHost.length > 0 ? ["host entries"] : []),
    ...(usual ? [] : ["network"]),
  ];
}

function otherParts(
  { hostname, userns, ipc, pid, uts, cgroupns }: CreateOptions,
  shares: ReadonlySet<PodNamespace>,
): string[] {
  const isOwn = ({ kind }: { readonly kind: string }) => kind !== "private" && kind !== "shareable";
  return [
    ...(shares.has("uts") && hostname !== undefined ? ["host name"] : []),
    ...(userns.kind === "host" ? [] : ["user namespace"]),
    ...(shares.has("ipc") && isOwn(ipc) ? ["IPC namespace"] : []),
    ...(shares.has("pid") && isOwn(pid) ? ["PID namespace"] : []),
    ...(shares.has("uts") && isOwn(uts) ? ["UTS namespace"] : []),
    ...(shares.has("cgroup") && isOwn(cgroupns) ? ["cgroup namespace"] : []),
  ];
}
