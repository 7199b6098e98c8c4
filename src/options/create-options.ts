import type { IdMaps } from "../oci/id-maps.ts";
import type { HealthLogOptions } from "./health-log.ts";
import type { HealthcheckOptions } from "./healthcheck-options.ts";
import type { MountRequest } from "./mount-request.ts";
import type { IpcMode, NamespaceMode, UserNamespaceMode } from "./namespace-mode.ts";
import type { NetworkMode, PortMapping, Protocol } from "./network-mode.ts";
import type { PodMembership } from "./pod-membership.ts";
import type { LifecycleHooks, ReadinessOptions } from "./probe.ts";

export type { HealthcheckOptions, StartupCheckOptions } from "./healthcheck-options.ts";

/** What the container's first process is. */
export interface ProcessOptions {
  /** Entrypoint in effect: that of --entrypoint, otherwise that of the image. */
  readonly entrypoint: readonly string[];
  /** Arguments in effect: operands, otherwise the image's Cmd if --entrypoint was not given. */
  readonly command: readonly string[];
  /**
   * `K=V` in the order of the merge, without HOME and HOSTNAME, which need the root filesystem and the ID.
   */
  readonly env: readonly string[];
  /** `user[:group]` in effect; empty: root. */
  readonly user: string;
  /** Further groups (names or numbers), `keep-groups` included. */
  readonly groups: readonly string[];
  /** Absolute path in effect. */
  readonly workdir: string;
  /** Whether --workdir gave it: it must exist then; otherwise it is made. */
  readonly workdirExplicit: boolean;
  readonly tty: boolean;
  readonly openStdin: boolean;
  readonly init: boolean;
  readonly initPath?: string;
  /** Octal digits. */
  readonly umask: string;
  readonly systemd: "true" | "false" | "always";
  /** Signal name with SIG, in effect. */
  readonly stopSignal: string;
  /** Seconds between the stop signal and SIGKILL. */
  readonly stopTimeout: number;
  /** Seconds after which the container is killed; 0: never. */
  readonly timeout: number;
  readonly oomScoreAdj?: number;
  readonly personality?: "LINUX" | "LINUX32";
}

export interface Ulimit {
  /** `RLIMIT_NOFILE`. */
  readonly type: string;
  /** -1: unlimited. */
  readonly soft: number;
  readonly hard: number;
}

export interface DeviceRequest {
  readonly source: string;
  readonly destination: string;
  /** Letters of r, w, m. */
  readonly permissions: string;
}

export interface SecurityOptions {
  readonly privileged: boolean;
  /** `CAP_…` or `ALL`, as asked. */
  readonly capAdd: readonly string[];
  readonly capDrop: readonly string[];
  /** What `capAdd` names is in the bounding set only, for others than root: so it is in a build's steps. */
  readonly capAddOnlyBounds?: true;
  /** The capabilities to add to and drop from, `CAP_…`; absent: podman's own defaults. */
  readonly defaultCapabilities?: readonly string[];
  readonly noNewPrivileges: boolean;
  /** Absent: the default profile. */
  readonly seccomp?: { readonly kind: "unconfined" } | { readonly kind: "file"; readonly path: string };
  readonly apparmor?: string;
  /** `disable`, `type:…`, as given; without SELinux they change nothing. */
  readonly labelOptions: readonly string[];
  readonly mask: readonly string[];
  /** Absolute paths, or `ALL`. */
  readonly unmask: readonly string[];
  readonly procOptions: readonly string[];
  /** All of --security-opt as given, for inspect. */
  readonly raw: readonly string[];
  readonly readOnly: boolean;
  readonly readOnlyTmpfs: boolean;
}

/** Sizes in bytes, times in microseconds; absent: not asked for. */
export interface ResourceOptions {
  readonly memory?: number;
  readonly memoryReservation?: number;
  /** Memory and swap together; -1: unlimited. */
  readonly memorySwap?: number;
  readonly memorySwappiness?: number;
  readonly oomKillDisable?: boolean;
  readonly cpuShares?: number;
  readonly cpuPeriod?: number;
  readonly cpuQuota?: number;
  /** --cpus in billionths of a CPU. */
  readonly nanoCpus?: number;
  readonly cpuRtPeriod?: number;
  readonly cpuRtRuntime?: number;
  readonly cpusetCpus?: string;
  readonly cpusetMems?: string;
  /** Absent: 2048 where the pids controller is there; 0 or -1: unlimited. */
  readonly pidsLimit?: number;
  readonly blkioWeight?: number;
  readonly blkioWeightDevice: readonly { readonly path: string; readonly weight: number }[];
  readonly deviceReadBps: readonly DeviceRate[];
  readonly deviceWriteBps: readonly DeviceRate[];
  readonly deviceReadIops: readonly DeviceRate[];
  readonly deviceWriteIops: readonly DeviceRate[];
  /** --cgroup-conf: file of cgroup v2 → its value. */
  readonly unified: Readonly<Record<string, string>>;
}

export interface DeviceRate {
  readonly path: string;
  /** Bytes or operations in a second. */
  readonly rate: number;
}

export interface NetworkOptions {
  readonly mode: NetworkMode;
  readonly ports: readonly PortMapping[];
  readonly publishAll: boolean;
  /** What alone is reached beyond its networks: subnets, addresses, names; absent: everything. */
  readonly egress?: readonly string[];
  /** `80/tcp`: those of the image and of --expose. */
  readonly exposed: readonly { readonly port: number; readonly protocol: Protocol }[];
  /** Addresses; `none`: leave the image's resolv.conf alone. */
  readonly dns: readonly string[];
  readonly dnsSearch: readonly string[];
  readonly dnsOptions: readonly string[];
  /** `host:ip` as given; the ip may be `host-gateway`. */
  readonly addHost: readonly string[];
  readonly noHosts: boolean;
  readonly hosts?: HostsDefaults;
  /** Whether /etc/hostname is that of the image; absent in older records: it is the container's own. */
  readonly noHostname?: boolean;
  readonly httpProxy: boolean;
}

/** containers.conf(5), base_hosts_file and host_containers_internal_ip. */
export interface HostsDefaults {
  /** `none`, `image`, or the absolute path of a file; default: the host's own. */
  readonly base?: string;
  /** Default: one that leads to the host. */
  readonly hostAddress?: string;
}

export interface LogOptions {
  readonly driver: "k8s-file" | "json-file" | "journald" | "none" | "passthrough";
  readonly path?: string;
  /** Bytes; absent: unlimited. */
  readonly maxSize?: number;
  /** How many files json-file keeps; absent: 1. */
  readonly maxFile?: number;
  readonly tag?: string;
}

export interface RestartPolicy {
  readonly name: "no" | "on-failure" | "always" | "unless-stopped";
  /** For on-failure; 0: no limit. */
  readonly maximumRetries: number;
}

/** A user of this host, for the container's /etc/passwd. */
export interface HostUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  /** As in the host's entry, without what follows a comma. */
  readonly fullName: string;
  readonly home: string;
}

export interface SecretRequest {
  /** Its name, once the container is made. */
  readonly source: string;
  /** Known when the container is made. */
  readonly id?: string;
  readonly type: "mount" | "env";
  readonly target?: string;
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
}

export interface CgroupOptions {
  /** `besteffort`: as enabled, but limits that can't be held are left out, with a warning. */
  readonly mode: "enabled" | "disabled" | "no-conmon" | "split" | "besteffort";
  readonly parent?: string;
  /** Whether it lies in the cgroup of the container's pod, which lies in `parent`. */
  readonly inPod?: true;
}

/** What a container's root file system is made of. */
export type ContainerSource =
  /** The image, as the user typed it. */
  | { readonly kind: "image"; readonly name: string }
  /**
   * The absolute path of a directory: --rootfs. With `overlay` the container changes nothing in it, but has
   * an upper directory of its own.
   */
  | { readonly kind: "rootfs"; readonly path: string; readonly overlay?: boolean }
  /** The pause program alone, of the tspod that starts it: infra and service containers have no image. */
  | { readonly kind: "pause" };

/**
 * All that `run` or `create` asks of a container, parsed, checked, and with the image's config merged in. It
 * is JSON: the container's record holds it, `start` and `inspect` read it back.
 */
export interface CreateOptions {
  readonly source: ContainerSource;
  readonly process: ProcessOptions;
  /** --hostname; absent: the first 12 digits of the ID, or the host's name with the host's uts namespace. */
  readonly hostname?: string;
  readonly network: NetworkOptions;
  readonly security: SecurityOptions;
  readonly resources: ResourceOptions;
  /** User mounts and image volumes, at most one for each destination. */
  readonly mounts: readonly MountRequest[];
  readonly volumesFrom: readonly { readonly container: string; readonly options: readonly string[] }[];
  readonly imageVolume: "bind" | "tmpfs" | "ignore";
  readonly devices: readonly DeviceRequest[];
  /** Devices of the Container Device Interface, `VENDOR/CLASS=NAME`: what they need is read at each start. */
  readonly cdiDevices?: readonly string[];
  /** Bytes. */
  readonly shmSize: number;
  /**
   * Bytes of the tmpfs on /run and on /run/lock of a container that runs systemd; absent: no limit of its
   * own.
   */
  readonly shmSizeSystemd?: number;
  readonly chrootDirs: readonly string[];
  readonly ulimits: readonly Ulimit[];
  /** `--ulimit host`: the caller's own limits. */
  readonly ulimitHost: boolean;
  readonly sysctls: Readonly<Record<string, string>>;
  /**
   * Sysctls of the container's own namespaces where `sysctls` says nothing; absent: podman's own defaults.
   */
  readonly defaultSysctls?: Readonly<Record<string, string>>;
  readonly ipc: IpcMode;
  readonly pid: NamespaceMode;
  readonly uts: NamespaceMode;
  readonly cgroupns: NamespaceMode;
  readonly userns: UserNamespaceMode;
  /** Chosen when the container is made; absent: its ids are those of our user namespace. */
  readonly idMaps?: IdMaps;
  readonly cgroups: CgroupOptions;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly healthcheck?: HealthcheckOptions;
  /** Absent: Podman's defaults (health-log.ts). */
  readonly healthLog?: HealthLogOptions;
  readonly readiness?: ReadinessOptions;
  readonly hooks?: LifecycleHooks;
  readonly restart: RestartPolicy;
  readonly log: LogOptions;
  /** Remove the container when it has ended. */
  readonly rm: boolean;
  /** Remove the image too. */
  readonly rmi: boolean;
  /** Zone name, or `local`. */
  readonly tz?: string;
  /** Whether entries for the user are added to /etc/passwd and /etc/group. */
  readonly passwd: boolean;
  readonly passwdEntry?: string;
  /** The line for the user's group in /etc/group, likewise with $GID and $NAME. */
  readonly groupEntry?: string;
  /** Names or numbers of users of this host, who are looked up at each start: --hostuser. */
  readonly hostUserNames?: readonly string[];
  /** With keep-id the caller. */
  readonly hostUsers: readonly HostUser[];
  /** With keep-id, the caller's group. */
  readonly hostGroup?: { readonly name: string; readonly gid: number; readonly member: string };
  readonly sdnotify: "container" | "conmon" | "ignore" | "healthy";
  /**
   * NOTIFY_SOCKET of the process that created it, unless sdnotify is ignore. Empty: its monitor tells nobody,
   * but notes that its process has said that it is ready.
   */
  readonly notifySocket?: string;
  readonly secrets: readonly SecretRequest[];
  /** Containers that must run first. */
  readonly requires: readonly string[];
  readonly pod?: PodMembership;
  /** Whether it stands for the pods of a `kube play`, and ends with the last of them. */
  readonly service?: true;
  /** Of a service container: it ends with 137 if any, or all, of the containers failed; absent: with 0. */
  readonly exitCodePropagation?: "any" | "all";
  readonly cidFile?: string;
  readonly pidFile?: string;
  readonly monitorPidFile?: string;
}
