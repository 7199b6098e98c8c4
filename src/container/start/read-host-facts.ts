import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { hostname, release } from "node:os";
import type { CreateOptions, Ulimit } from "../../options/create-options.ts";
import { deviceNumbers } from "../../os/files/device-numbers.ts";
import { getrlimit, isRlimitName, type RlimitName } from "../../os/process.ts";
import { readIdMaps } from "../../rootless/id-map.ts";
import type { HostFacts, Rlimit } from "../../spec/host-facts.ts";

/** Facts that hold for the host and the caller, whatever the container. */
export type CommonFacts = Pick<
  HostFacts,
  | "uidMap"
  | "gidMap"
  | "hostname"
  | "architecture"
  | "kernelVersion"
  | "rlimits"
  | "oomScoreAdj"
  | "mqueue"
  | "hostMqueue"
  | "lastCapability"
  | "thermalThrottlePaths"
>;

const GO_ARCHITECTURES: Readonly<Record<string, string>> = { x64: "amd64", ia32: "386", ppc64: "ppc64le" };

/** Read what a runtime spec needs to know of this host. A dozen small files. */
export function readCommonFacts(proc = "/proc"): CommonFacts {
  const maps = readIdMaps(proc);
  return {
    uidMap: maps.uid,
    gidMap: maps.gid,
    hostname: hostname(),
    architecture: GO_ARCHITECTURES[process.arch] ?? process.arch,
    kernelVersion: release(),
    rlimits: { nofile: limit("RLIMIT_NOFILE"), nproc: limit("RLIMIT_NPROC") },
    oomScoreAdj: Number(readFileSync(`${proc}/self/oom_score_adj`, "utf8")),
    hostMqueue: existsSync("/dev/mqueue"),
    mqueue: readFileSync(`${proc}/filesystems`, "utf8").includes("\tmqueue\n"),
    lastCapability: Number(readFileSync(`${proc}/sys/kernel/cap_last_cap`, "utf8")),
    thermalThrottlePaths: thermalThrottlePaths("/sys/devices/system/cpu"),
  };
}

function thermalThrottlePaths(cpus: string): string[] {
  return readdirSync(cpus)
    .filter((name) => /^cpu\d+$/.test(name))
    .map((name) => `${cpus}/${name}/thermal_throttle`)
    .filter((path) => existsSync(path));
}

/** The specification has no word for "unlimited": -1 stands for it in HostFacts. */
function limit(name: RlimitName): Rlimit {
  const { soft, hard } = getrlimit(name);
  return { soft: Number.isFinite(soft) ? soft : -1, hard: Number.isFinite(hard) ? hard : -1 };
}

/**
 * Nodes under /dev that this user may open, for --privileged: character and block devices, as Podman's walk
 * finds them; no virtual consoles, which other processes use.
 */
export function readHostDevices({ security }: CreateOptions, dev = "/dev"): string[] {
  if (!security.privileged) return [];
  const isConsole = (path: string) => /^\/tty\d*$/.test(path.slice(dev.length));
  const skipped = new Set(["pts", "shm", "fd", "mqueue", ".lxc", ".lxd-mounts", ".udev", "console"]);
  const walk = (directory: string): string[] =>
    readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
      const path = `${directory}/${entry.name}`;
      if (skipped.has(entry.name) || path === `${dev}/ptmx` || isConsole(path)) return [];
      if (entry.isDirectory()) return walk(path);
      return entry.isCharacterDevice() || entry.isBlockDevice() ? [path] : [];
    });
  return walk(dev).sort();
}

/** What "unlimited" is for this user: no more than the caller's own hard limits. */
export function readHardLimits(ulimits: readonly Ulimit[]): HostFacts["hardLimits"] {
  const asked = ulimits.filter(({ soft, hard }) => soft < 0 || hard < 0).map(({ type }) => type);
  return Object.fromEntries(asked.filter(isRlimitName).map((type) => [type, limit(type).hard]));
}

/** Numbers of the block devices that the resource options name; what is none has no numbers here. */
export function readDeviceNumbers({
  resources,
}: Pick<CreateOptions, "resources">): HostFacts["deviceNumbers"] {
  const named = [
    ...resources.blkioWeightDevice,
    ...resources.deviceReadBps,
    ...resources.deviceWriteBps,
    ...resources.deviceReadIops,
    ...resources.deviceWriteIops,
  ];
  return Object.fromEntries(
    named.flatMap(({ path }) => {
      const status = statSync(path);
      return status.isBlockDevice() ? [[path, deviceNumbers(status.rdev)]] : [];
    }),
  );
}
