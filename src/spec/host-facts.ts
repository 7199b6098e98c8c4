import type { IdMapEntry } from "../oci/id-maps.ts";
import type { SpecHooks } from "../oci/runtime-spec.ts";
import type { MountRequest } from "../options/mount-request.ts";

/**
 * A request whose source has been found or made. One for each of the options' mounts that is to be mounted.
 */
export interface ResolvedMount {
  readonly request: MountRequest;
  /**
   * Absolute path on the host: bind source, volume's _data, mounted image, or where the subpath of one of
   * these is mounted. Not for tmpfs.
   */
  readonly source?: string;
  /** Of a volume: whether what the image has there was copied into it just now. */
  readonly filled?: boolean;
  /** With a subpath: what is mounted at `source` beforehand, a path below an absolute one. */
  readonly beneath?: { readonly root: string; readonly path: string; readonly isDirectory: boolean };
  /**
   * Flags of the filesystem the source is on (statfs), that a read-only remount must keep in a user
   * namespace: nosuid, nodev, noexec, noatime, nodiratime, relatime, ro.
   */
  readonly sourceFlags: readonly string[];
  /** For `O`: directories of the container for the overlay's changes. */
  readonly overlay?: { readonly upper: string; readonly work: string };
}

/** How this container's cgroup is made, decided by src/rootless. */
export interface CgroupPlan {
  readonly kind: "systemd" | "cgroupfs" | "disabled";
  /** linux.cgroupsPath: `slice:prefix:name` for systemd, a path for cgroupfs, empty when disabled. */
  readonly path: string;
  /** For systemd: where the manager is going to make it, from the root of the tree. */
  readonly group?: string;
  /** Controllers that can be used there. */
  readonly controllers: readonly string[];
  /** Whether the cgroup filesystem of this host is version 2, and nothing else. */
  readonly unified: boolean;
}

/** What devices of the Container Device Interface need, but for their mounts. */
export interface CdiFacts {
  /** Absolute paths, on the host and in the container. */
  readonly devices: readonly { readonly source: string; readonly destination: string }[];
  /** The container's own variables, `NAME=VALUE`, with those of its devices. */
  readonly env: readonly string[];
  readonly gids: readonly number[];
  readonly hooks: SpecHooks;
}

/** What runtimeSpec() has to know of this host, this call and this container, read beforehand. */
export interface HostFacts {
  /** 64 hex digits. */
  readonly containerId: string;
  readonly containerName: string;
  /** Absolute path of the mounted root filesystem. */
  readonly rootfs: string;
  /** The maps of our own user namespace, as in /proc/self/uid_map. */
  readonly uidMap: readonly IdMapEntry[];
  readonly gidMap: readonly IdMapEntry[];
  /** The calling user outside of our namespace: ids for keep-id. */
  readonly uid: number;
  readonly gid: number;
  readonly userName?: string;
  /** Texts of the image's files; empty where there are none. */
  readonly passwdText: string;
  readonly groupText: string;
  /** Host's name, for the host's uts namespace. */
  readonly hostname: string;
  /** `amd64`, in Go's words. */
  readonly architecture: string;
  /** `6.1.0-18-amd64`. */
  readonly kernelVersion: string;
  /** Hard limits of the calling process; -1: unlimited. */
  readonly rlimits: { readonly nofile: Rlimit; readonly nproc: Rlimit };
  /** Hard limits of the types for which options say -1: `RLIMIT_NPROC`; -1: unlimited. */
  readonly hardLimits: Readonly<Record<string, number>>;
  /** The caller's oom_score_adj: a user without rights can't go below. */
  readonly oomScoreAdj: number;
  /** Whether /proc/filesystems names mqueue. */
  readonly mqueue: boolean;
  /** Whether the host has /dev/mqueue, to be shared with --ipc host. */
  readonly hostMqueue: boolean;
  /** Last capability that the kernel knows (/proc/sys/kernel/cap_last_cap). */
  readonly lastCapability: number;
  readonly cgroup: CgroupPlan;
  /** Absent: the container has no such devices. */
  readonly cdi?: CdiFacts;
  /**
   * Content of the seccomp profile to use, in containers/common's form; absent only for unconfined or
   * privileged.
   */
  readonly seccompProfile?: string;
  /**
   * Absolute paths of namespaces to join, or `host` where that of the other container is the host's; absent
   * ones are made by the runtime, or the host's where the options say so.
   */
  readonly namespaces: {
    readonly network?: string;
    readonly ipc?: string;
    readonly pid?: string;
    readonly uts?: string;
    readonly cgroup?: string;
    readonly user?: string;
  };
  /** Files bound into the container, by absolute path on the host. */
  readonly files: {
    readonly hosts?: string;
    readonly resolvConf?: string;
    readonly hostname?: string;
    readonly containerenv?: string;
    readonly passwd?: string;
    readonly group?: string;
    readonly localtime?: string;
    /** Directory of the container's secrets: `run` is /run/secrets, N the secret of that index. */
    readonly secrets?: string;
    /** catatonit, for --init. */
    readonly init?: string;
    /** Directory of notify.sock, where the process notifies. */
    readonly notify?: string;
    /** /dev/shm of the container whose ipc namespace is joined. */
    readonly shm?: string;
  };
  readonly mounts: readonly ResolvedMount[];
  /** Descriptors that a socket unit passes on. @see sd_listen_fds(3) */
  readonly activation?: { readonly count: number; readonly names?: string };
  /** `NAME=VALUE` of the secrets that go into the environment. */
  readonly secretEnv: readonly string[];
  /** Devices of the host for --privileged: paths of the nodes under /dev that the user may open. */
  readonly hostDevices: readonly string[];
  /** Block devices named in the resource options: path → numbers. */
  readonly deviceNumbers: Readonly<Record<string, { readonly major: number; readonly minor: number }>>;
  /** Existing paths that match /sys/devices/system/cpu/cpu*\/thermal_throttle. */
  readonly thermalThrottlePaths: readonly string[];
  /** The runtime's name: `crun`, `runc`, `runsc`; some details are for one only. */
  readonly runtime: string;
}

export interface Rlimit {
  readonly soft: number;
  readonly hard: number;
}
