import { isMapped } from "../../oci/id-maps.ts";
import type { SpecMount } from "../../oci/runtime-spec.ts";
import type { CreateOptions } from "../../options/create-options.ts";
import type { HostFacts } from "../host-facts.ts";
import { containerIdMaps } from "./id-maps.ts";
import { isSystemdMode } from "./process.ts";
import { canMountSysfs } from "./sysfs.ts";

/** Group `tty`, which owns terminals. */
const TTY_GROUP = 5;

/** The kernel's filesystems, and /dev with what belongs into it. */
export function kernelMounts(options: CreateOptions, host: HostFacts): SpecMount[] {
  return [
    proc(options),
    {
      destination: "/dev",
      type: "tmpfs",
      source: "tmpfs",
      options: ["nosuid", "noexec", "strictatime", "mode=755", "size=65536k", ...withoutTmpfs(options)],
    },
    sys(options),
    devpts(options, host),
    ...messageQueues(options, host),
    ...sharedMemory(options, host),
    cgroup(options),
  ];
}

/** `--read-only --read-only-tmpfs=false`: what else would be writable is not, as with Podman. */
function withoutTmpfs({ security: { readOnly, readOnlyTmpfs } }: CreateOptions): string[] {
  return readOnly && !readOnlyTmpfs ? ["ro"] : [];
}

function proc({ pid, security }: CreateOptions): SpecMount {
  const options = ["nosuid", "noexec", "nodev"];
  // A new proc shows the pid namespace of the process that mounts it, which has to own that: it does not own
  // the host's.
  if (pid.kind === "host")
    return { destination: "/proc", type: "bind", source: "/proc", options: ["rbind", ...options] };
  return {
    destination: "/proc",
    type: "proc",
    source: "proc",
    options: [...options, ...security.procOptions],
  };
}

function sys(options: CreateOptions): SpecMount {
  const access = options.security.privileged ? "rw" : "ro";
  if (!canMountSysfs(options)) {
    const flags = ["rprivate", "nosuid", "noexec", "nodev", access, "rbind"];
    return { destination: "/sys", type: "bind", source: "/sys", options: flags };
  }
  return {
    destination: "/sys",
    type: "sysfs",
    source: "sysfs",
    options: ["nosuid", "noexec", "nodev", access],
  };
}

function devpts(options: CreateOptions, host: HostFacts): SpecMount {
  const group = isMapped(containerIdMaps(options, host).gidMap, TTY_GROUP) ? [`gid=${TTY_GROUP}`] : [];
  const flags = ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", ...group];
  return { destination: "/dev/pts", type: "devpts", source: "devpts", options: flags };
}

function messageQueues({ ipc }: CreateOptions, host: HostFacts): SpecMount[] {
  const flags = ["nosuid", "noexec", "nodev"];
  const destination = "/dev/mqueue";
  if (ipc.kind === "host") {
    return host.hostMqueue
      ? [{ destination, type: "bind", source: destination, options: ["bind", ...flags] }]
      : [];
  }
  return host.mqueue ? [{ destination, type: "mqueue", source: "mqueue", options: flags }] : [];
}

function sharedMemory(options: CreateOptions, host: HostFacts): SpecMount[] {
  const { ipc, shmSize } = options;
  const flags = ["nosuid", "noexec", "nodev", ...withoutTmpfs(options)];
  const destination = "/dev/shm";
  const shared = ipc.kind === "host" ? destination : host.files.shm;
  if (shared !== undefined) {
    return [{ destination, type: "bind", source: shared, options: ["bind", "rprivate", ...flags] }];
  }
  if (ipc.kind === "none") return [];
  return [{ destination, type: "tmpfs", source: "shm", options: [...flags, "mode=1777", `size=${shmSize}`] }];
}

function cgroup(options: CreateOptions): SpecMount {
  const mount = { destination: "/sys/fs/cgroup", type: "cgroup", source: "cgroup" };
  if (isSystemdMode(options)) return { ...mount, options: ["private", "rw"] };
  const access = options.security.privileged ? "rw" : "ro";
  return { ...mount, options: ["rprivate", "nosuid", "noexec", "nodev", "relatime", access] };
}

/** What systemd expects to be its own, and what --read-only leaves writable. */
export function writableMounts(options: CreateOptions): SpecMount[] {
  const { readOnly, readOnlyTmpfs } = options.security;
  const systemd = isSystemdMode(options);
  const paths = [
    ...(systemd ? ["/run", "/run/lock", "/tmp", "/var/log/journal"] : []),
    ...(readOnly && readOnlyTmpfs ? ["/run", "/tmp", "/var/tmp"] : []),
  ];
  const sizeOption = (destination: string): string[] =>
    systemd && destination.startsWith("/run") && options.shmSizeSystemd !== undefined
      ? [`size=${options.shmSizeSystemd}`]
      : [];
  return [...new Set(paths)].map((destination) => ({
    destination,
    type: "tmpfs",
    source: "tmpfs",
    options: ["rw", "rprivate", "nosuid", "nodev", "tmpcopyup", ...sizeOption(destination)],
  }));
}
