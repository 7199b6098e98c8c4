import type { Container } from "../container/state/list.ts";
import { TspodError } from "../errors.ts";
import type { CreateOptions, SecurityOptions } from "../options/create-options.ts";
import type { MountRequest } from "../options/mount-request.ts";
import type { PodMembership } from "../options/pod-membership.ts";
import type { PodNamespace } from "../options/pod-record.ts";
import { cgroupsIn } from "./cgroup.ts";
import { infraOf, type Pod } from "./state/pods.ts";

export interface MemberRequest {
  /** Namespaces that the container is asked to have otherwise than the pod: it keeps its own. */
  readonly own?: ReadonlySet<PodNamespace>;
  readonly init?: PodMembership["init"];
  /** Whether a restart policy was asked for; otherwise the pod's holds. */
  readonly hasRestart?: boolean;
}

/**
 * The options of a container as a member of a pod: it joins the namespaces that the pod shares, and has the
 * pod's mounts, devices, security options and cgroup besides its own.
 * @throws {TspodError} In Podman's words, if it asks for what is the pod's to say.
 */
export function asMember(
  pod: Pod,
  options: CreateOptions,
  { own = new Set(), init, hasRestart = false }: MemberRequest = {},
): CreateOptions {
  const { record } = pod;
  const infra = infraOf(pod);
  const service = infra?.record.options.pod?.service;
  if (init !== undefined) refuseInitInRunning(pod);
  const shared = new Set(infra === undefined ? [] : record.shares.filter((namespace) => !own.has(namespace)));
  refuseWhatIsShared(options, shared);
  const member: CreateOptions = {
    ...options,
    ...(infra !== undefined && inherited(pod, infra, options)),
    ...(infra !== undefined && joined(infra, options, shared)),
    cgroups: cgroupsIn(record, options.cgroups),
    ...(record.restart !== undefined && !hasRestart && init === undefined && { restart: record.restart }),
    pod: {
      id: record.id,
      name: record.name,
      ...(service !== undefined && { service }),
      ...(init !== undefined && { init }),
    },
  };
  return withoutPodNamespaces(member);
}

function refuseInitInRunning({ status }: Pod): void {
  if (status === "Running" || status === "Degraded")
    throw new TspodError("cannot add init-ctr to a running pod");
}

export const NO_USER_NAMESPACE =
  "cannot set user namespace mode when joining pod with infra container: invalid argument";

/** @throws {TspodError} In Podman's words, where a namespace of the pod's is to be set up by a member. */
function refuseWhatIsShared(
  { network, hostname, userns }: CreateOptions,
  shared: ReadonlySet<PodNamespace>,
): void {
  if (userns.kind !== "host") throw new TspodError(NO_USER_NAMESPACE);
  if (shared.has("uts") && hostname !== undefined)
    throw new TspodError(
      "invalid config provided: cannot set hostname when joining the pod UTS namespace: invalid configuration",
    );
  if (!shared.has("net")) return;
  const what =
    network.ports.length > 0 || network.publishAll
      ? "published or exposed ports must be defined when the pod is created"
      : network.addHost.length > 0
        ? "extra host entries must be specified on the pod"
        : asksForNetworks(network)
          ? "networks must be defined when the pod is created"
          : undefined;
  if (what !== undefined)
    throw new TspodError(
      `invalid config provided: ${what}: network cannot be configured when it is shared with a pod`,
    );
}

/** Not where containers.conf alone says that containers are in a network. */
function asksForNetworks({ mode }: CreateOptions["network"]): boolean {
  if (mode.kind !== "bridge") return false;
  return mode.networks.some(
    ({ ips, mac, aliases }) => ips.length > 0 || aliases.length > 0 || mac !== undefined,
  );
}

/** The namespaces that it joins. */
function joined(
  { record: { id, options: infra } }: Container,
  options: CreateOptions,
  shared: ReadonlySet<PodNamespace>,
): Partial<CreateOptions> {
  const join = { kind: "container", container: id } as const;
  return {
    ...(shared.has("net") && { network: { ...options.network, mode: join } }),
    ...(shared.has("ipc") && { ipc: join }),
    ...(shared.has("pid") && { pid: join }),
    ...(shared.has("uts") && { uts: join }),
    ...(shared.has("uts") && infra.hostname !== undefined && { hostname: infra.hostname }),
    ...(shared.has("cgroup") && { cgroupns: join }),
    ...(infra.userns.kind !== "host" && { userns: join }),
    ...(infra.userns.kind === "keep-id" && asCaller(infra, options)),
  };
}

/** With keep-id of the pod each member is the caller, unless it says otherwise. */
function asCaller({ process, hostUsers, hostGroup }: CreateOptions, own: CreateOptions) {
  return {
    ...(own.process.user === "" && { process: { ...own.process, user: process.user } }),
    hostUsers: [...hostUsers, ...own.hostUsers],
    ...(hostGroup !== undefined && { hostGroup }),
  };
}

function inherited(
  { record: { mounts = [], volumesFrom = [] } }: Pod,
  { record: { options: infra, volumes } }: Container,
  options: CreateOptions,
): Partial<CreateOptions> {
  const declared = options.mounts.filter((mount) => mount.type === "volume" && mount.fromImage);
  const asked = options.mounts.filter((mount) => !declared.includes(mount));
  return {
    mounts: lastOfEach(
      [...declared, ...podMounts(mounts, volumes), ...asked],
      ({ destination }) => destination,
    ),
    volumesFrom: [...volumesFrom, ...options.volumesFrom],
    devices: lastOfEach([...infra.devices, ...options.devices], ({ destination }) => destination),
    security: security(infra.security, options.security),
  };
}

/** The pod's mounts as its members have them: an anonymous volume is the one that infra has. */
export function podMounts(
  mounts: readonly MountRequest[],
  volumes: Container["record"]["volumes"],
): MountRequest[] {
  const names = new Map(volumes.map(({ destination, name }) => [destination, name]));
  return mounts.map((mount): MountRequest => {
    const name = mount.type === "volume" ? (mount.name ?? names.get(mount.destination)) : undefined;
    return name === undefined ? mount : ({ ...mount, name } as MountRequest);
  });
}

function lastOfEach<T>(items: readonly T[], key: (item: T) => string): T[] {
  return [...new Map(items.map((item) => [key(item), item])).values()];
}

/** --security-opt of the pod, where the container's own says nothing. */
function security(pod: SecurityOptions, own: SecurityOptions): SecurityOptions {
  const seccomp = own.seccomp ?? pod.seccomp;
  const apparmor = own.apparmor ?? pod.apparmor;
  return {
    ...own,
    noNewPrivileges: own.noNewPrivileges || pod.noNewPrivileges,
    ...(seccomp !== undefined && { seccomp }),
    ...(apparmor !== undefined && { apparmor }),
    labelOptions: own.labelOptions.length > 0 ? own.labelOptions : pod.labelOptions,
    mask: unique([...pod.mask, ...own.mask]),
    unmask: unique([...pod.unmask, ...own.unmask]),
    procOptions: own.procOptions.length > 0 ? own.procOptions : pod.procOptions,
    raw: unique([...pod.raw, ...own.raw]),
  };
}

/** A clone of a member has been given the pod's once already. */
function unique(words: readonly string[]): string[] {
  return [...new Set(words)];
}

/** `--pid pod` and the like where the pod shares no such namespace: a private one. */
function withoutPodNamespaces(options: CreateOptions): CreateOptions {
  const own = { kind: "private" } as const;
  return {
    ...options,
    ...(options.ipc.kind === "pod" && { ipc: own }),
    ...(options.pid.kind === "pod" && { pid: own }),
    ...(options.uts.kind === "pod" && { uts: own }),
    ...(options.cgroupns.kind === "pod" && { cgroupns: own }),
  };
}
