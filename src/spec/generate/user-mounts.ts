import { TspodError } from "../../errors.ts";
import type { Owner } from "../../oci/id-maps.ts";
import type { SpecMount } from "../../oci/runtime-spec.ts";
import type {
  BindRequest,
  DevptsRequest,
  ImageMountRequest,
  MountFlags,
  TmpfsRequest,
  VolumeRequest,
} from "../../options/mount-request.ts";
import type { ResolvedMount } from "../host-facts.ts";

/**
 * Flags of a source that can't be dropped in a user namespace: a remount without them would fail with EPERM.
 */
const LOCKED = ["nosuid", "nodev", "noexec", "ro"];

/** One mount that was asked for, as the runtime takes it. @param user of the container, for `U` */
export function userMount(mount: ResolvedMount, user: () => Owner): SpecMount {
  const { request } = mount;
  switch (request.type) {
    case "bind":
    case "volume":
    case "image":
      return mount.overlay === undefined
        ? bindMount(request, mount)
        : overlayMount(request.destination, mount);
    case "tmpfs":
    case "ramfs":
      return tmpfsMount(request, request.chown ? user() : undefined);
    case "devpts":
      return devptsMount(request);
    case "artifact":
      throw new TspodError(`artifact "${request.artifact}" has not been resolved`);
    case "glob":
      throw new TspodError(`the pattern "${request.source}" has not been expanded`);
  }
}

function bindMount(
  request: BindRequest | VolumeRequest | ImageMountRequest,
  mount: ResolvedMount,
): SpecMount {
  const recursive = request.type !== "bind" || request.recursive;
  const propagation = request.type === "image" ? undefined : request.propagation;
  // Volumes hold data: neither devices nor setuid programs, unless asked for.
  const flags = request.type === "volume" ? { dev: false, suid: false, ...request.flags } : request.flags;
  const options = [request.readOnly ? "ro" : "rw", propagation ?? "rprivate", ...flagOptions(flags)];
  if (request.type === "bind" && request.noDereference) options.push("copy-symlink"); // crun's
  const locked = mount.sourceFlags.filter((flag) => LOCKED.includes(flag) && !options.includes(flag));
  return {
    destination: request.destination,
    type: "bind",
    source: sourceOf(mount),
    options: [...withoutOpposites(options, locked), ...locked, recursive ? "rbind" : "bind"],
  };
}

function withoutOpposites(options: readonly string[], locked: readonly string[]): string[] {
  const opposites: Readonly<Record<string, string>> = {
    ro: "rw",
    nosuid: "suid",
    nodev: "dev",
    noexec: "exec",
  };
  const gone = locked.map((flag) => opposites[flag]);
  return options.filter((option) => !gone.includes(option));
}

/** The source below, changes in directories of the container. */
function overlayMount(destination: string, mount: ResolvedMount): SpecMount {
  const { upper = "", work = "" } = mount.overlay ?? {};
  const options = [
    `lowerdir=${escapeOverlay(sourceOf(mount))}`,
    `upperdir=${escapeOverlay(upper)}`,
    `workdir=${escapeOverlay(work)}`,
  ];
  return { destination, type: "overlay", source: "overlay", options: [...options, "userxattr", "private"] };
}

/** @see mount(8), "Mount options for overlay": `:` separates directories, `,` options. */
function escapeOverlay(path: string): string {
  return path.replace(/[\\:,]/g, "\\$&");
}

function sourceOf({ source, request }: ResolvedMount): string {
  if (source === undefined) throw new TspodError(`no source for the mount on "${request.destination}"`);
  return source;
}

function tmpfsMount(request: TmpfsRequest, owner: Owner | undefined): SpecMount {
  const { type, size, mode, data, copyUp, readOnly, destination } = request;
  return {
    destination,
    type,
    source: type,
    options: [
      ...(size === undefined ? [] : [`size=${size}`]),
      ...(mode === undefined ? [] : [`mode=${mode}`]),
      ...data,
      ...(owner === undefined ? [] : [`uid=${owner.uid}`, `gid=${owner.gid}`]),
      readOnly ? "ro" : "rw",
      "rprivate",
      ...flagOptions({ suid: false, dev: false, ...request.flags }),
      ...(copyUp && type === "tmpfs" ? ["tmpcopyup"] : []),
    ],
  };
}

function devptsMount({ destination, data, readOnly, flags }: DevptsRequest): SpecMount {
  return {
    destination,
    type: "devpts",
    source: "devpts",
    options: [...data, readOnly ? "ro" : "rw", ...flagOptions(flags)],
  };
}

function flagOptions({ suid, dev, exec, noatime }: MountFlags): string[] {
  return [
    ...(suid === undefined ? [] : [suid ? "suid" : "nosuid"]),
    ...(dev === undefined ? [] : [dev ? "dev" : "nodev"]),
    ...(exec === undefined ? [] : [exec ? "exec" : "noexec"]),
    ...(noatime ? ["noatime"] : []),
  ];
}
