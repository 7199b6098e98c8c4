import { accessSync, constants, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { CommandNotExecutableError, NotFoundError, TspodError } from "../../errors.ts";
import type { CreateOptions } from "../../options/create-options.ts";
import { isWithin } from "../../options/is-within.ts";
import { AT_FDCWD, S_IFLNK, S_IFMT } from "../../os/at.ts";
import { hasCode } from "../../os/system-error.ts";
import { holdFile } from "../../storage/tree/held-file.ts";
import { checkMountSources } from "../rootfs/mount-sources.ts";
import { readSeccompProfile } from "./seccomp-profile.ts";

/**
 * Whether this host has what a container asks of it, before anything is made: devices, the time zone, sources
 * of mounts, a seccomp profile, the root directory of --rootfs, ports that a user without rights may listen
 * on.
 * @throws {TspodError} For the first thing that is not there, in Podman's words.
 */
export function checkHost(options: CreateOptions): void {
  checkMountSources(options.mounts);
  for (const { source } of options.devices) {
    const status = statSync(source, { throwIfNoEntry: false });
    if (status === undefined) throw new NotFoundError(`stat ${source}: no such file or directory`);
    // A directory means the devices in it.
    if (!status.isBlockDevice() && !status.isCharacterDevice() && !status.isDirectory())
      throw new TspodError(`${source} is not a valid device: not a device node`);
  }
  checkRootfs(options);
  // Read here for its errors, and again for each start.
  readSeccompProfile(options);
  checkTimeZone(options);
  checkForwards(options);
  checkPrivilegedPorts(options);
}

function checkRootfs({ source }: CreateOptions): void {
  if (source.kind !== "rootfs") return;
  const prefix = `running container create option: faccessat ${source.path}`;
  const status = statSync(source.path, { throwIfNoEntry: false });
  if (status === undefined) throw new NotFoundError(`${prefix}: no such file or directory`);
  if (!status.isDirectory()) return;
  try {
    accessSync(source.path, constants.R_OK | constants.X_OK);
  } catch (cause) {
    if (!hasCode(cause, "EACCES")) throw cause;
    throw new TspodError(
      `${prefix}: permission denied: it is another user's (mode ${(status.mode & 0o7777).toString(8)}), and your containers can use no more than you can`,
    );
  }
}

function checkTimeZone({ tz }: CreateOptions): void {
  if (tz === undefined || tz === "" || tz === "local") return;
  const refusal = (reason: string) =>
    new TspodError(`running container create option: finding timezone: ${reason}`);
  if (tz.includes("..") || /^[/\\]/.test(tz)) throw refusal("time: invalid location name");
  const status = statSync(join("/usr/share/zoneinfo", tz), { throwIfNoEntry: false });
  if (status?.isDirectory()) throw refusal("is a directory");
  if (!status?.isFile()) throw refusal(`unknown time zone ${tz}`);
}

/** @throws {TspodError} For a port that slirp4netns can't forward. */
export function checkForwards({ network: { mode, ports } }: CreateOptions): void {
  if (mode.kind !== "slirp4netns" && mode.kind !== "bridge") return;
  // Those of tcp are served by tspod itself.
  const six = ports.find(({ hostIp, protocol }) => hostIp.includes(":") && protocol !== "tcp");
  if (six !== undefined)
    throw new TspodError(
      `cannot publish port ${six.hostPort}/${six.protocol} at [${six.hostIp}]: slirp4netns forwards ports of IPv4 addresses only. Publish it at an IPv4 address`,
    );
  if (ports.some(({ protocol }) => protocol === "sctp"))
    throw new TspodError("cannot publish a port of sctp: slirp4netns forwards tcp and udp only");
}

/** @see ip(7), ip_unprivileged_port_start */
function checkPrivilegedPorts({ network }: CreateOptions, proc = "/proc"): void {
  const { kind } = network.mode;
  if ((kind !== "slirp4netns" && kind !== "bridge" && kind !== "pasta") || network.ports.length === 0) return;
  const first = Number(readFileSync(`${proc}/sys/net/ipv4/ip_unprivileged_port_start`, "utf8"));
  const low = network.ports.find(({ hostPort }) => hostPort > 0 && hostPort < first);
  if (low === undefined) return;
  throw new TspodError(
    `cannot expose privileged port ${low.hostPort}, you can add 'net.ipv4.ip_unprivileged_port_start=${low.hostPort}' to /etc/sysctl.conf (currently ${first}), or choose a larger port number (>= ${first}): listen ${low.protocol} ${low.hostIp || "0.0.0.0"}:${low.hostPort}: bind: permission denied`,
  );
}

/**
 * A working directory that the user asked for must be in the image, or be given by a mount, or be made as
 * part of the way to one; one that the image names is made. A symlink on the way is left for the runtime to
 * follow.
 * @param directories of the root filesystem, upper directory first
 * @throws {CommandNotExecutableError} If it is in none of them.
 */
export function checkWorkdir(
  { process, mounts }: CreateOptions,
  directories: readonly string[],
  id: string,
): void {
  const { workdir, workdirExplicit } = process;
  if (!workdirExplicit) return;
  if (mounts.some(({ destination }) => isWithin(workdir, destination) || isWithin(destination, workdir)))
    return;
  if (directories.some((directory) => mayBeThere(directory, workdir))) return;
  throw new CommandNotExecutableError(`workdir "${workdir}" does not exist on container ${id}`);
}

function mayBeThere(root: string, path: string): boolean {
  using top = holdFile({ dirFd: AT_FDCWD, name: root });
  let at = "";
  for (const part of path.split("/").filter(Boolean)) {
    at = join(at, part);
    using held = top && holdFile({ dirFd: top.fd, name: at });
    if (held === undefined) return false;
    if ((held.status.mode & S_IFMT) === S_IFLNK) return true;
  }
  return true;
}
