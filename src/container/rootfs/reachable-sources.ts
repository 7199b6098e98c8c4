import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TspodError } from "../../errors.ts";
import type { RuntimeSpec, SpecMount } from "../../oci/runtime-spec.ts";
import { isWithin } from "../../options/is-within.ts";
import { MS_BIND, MS_REC } from "../../os/mount.ts";
import type { MountStep } from "../../storage/rootfs/rootfs.ts";

/** Directories that every host has and that anybody may walk into (file-hierarchy(7), hier(7)). */
const PLACES = ["/mnt", "/media", "/srv", "/opt", "/boot"];
/**
 * Kernel filesystems are where they are for everybody; a bind of what is below them is meant to be just that.
 */
const OF_THE_KERNEL = /^\/(?:proc|sys|dev)(?:\/|$)/;

export interface ReachableSpec {
  readonly spec: RuntimeSpec;
  /** For the monitor, after it has mounted the root filesystem. */
  readonly mounts: readonly MountStep[];
}

/**
 * The same container with its root filesystem and its mounts' sources where root of its own user namespace
 * can reach them. That is no more than anybody to what belongs to others: it can't walk through a home
 * directory of mode 0700, or see the runtime directory. So all of it is bound into one directory that is
 * everybody's, in the monitor's own mount namespace.
 * @param directory absolute path, made here with what is to be mounted on
 * @param used absolute paths that the runtime needs where they are
 * @throws {TspodError} If every such directory is used by the container.
 */
export function reachableSpec(
  spec: RuntimeSpec,
  { directory, used }: { directory: string; used: readonly string[] },
): ReachableSpec {
  const place = choosePlace([spec.root.path, ...sources(spec.mounts), ...used]);
  const steps: MountStep[] = [];
  const bind = (source: string, name: string, flags: number): string => {
    makeMountPoint(join(directory, name), statSync(source).isDirectory());
    steps.push({ ...BIND, source, target: join(directory, name), flags });
    return `${place}/${name}`;
  };
  mkdirSync(directory, { recursive: true, mode: 0o755 });
  const path = bind(spec.root.path, "rootfs", MS_BIND | MS_REC);
  const mounts = spec.mounts.map((mount, index) => {
    if (mount.type === "overlay") {
      makeMountPoint(join(directory, String(index)), true);
      steps.push({ ...BIND, ...overlay(mount), target: join(directory, String(index)) });
      return { ...mount, type: "bind", source: `${place}/${index}`, options: ["rbind", "rprivate"] };
    }
    if (!isMoved(mount)) return mount;
    const recursive = mount.options.includes("rbind") ? MS_REC : 0;
    return { ...mount, source: bind(mount.source, String(index), MS_BIND | recursive) };
  });
  steps.push({ ...BIND, source: directory, target: place, flags: MS_BIND | MS_REC });
  return { spec: { ...spec, root: { ...spec.root, path }, mounts }, mounts: steps };
}

const BIND = { type: "", data: "", cwd: "" };

function isMoved({ type, source }: SpecMount): boolean {
  return type === "bind" && !OF_THE_KERNEL.test(source);
}

function sources(mounts: readonly SpecMount[]): string[] {
  return mounts.filter(isMoved).map(({ source }) => source);
}

function choosePlace(used: readonly string[]): string {
  const free = PLACES.find((place) => isDirectory(place) && !used.some((path) => isWithin(path, place)));
  if (free !== undefined) return free;
  throw new TspodError(
    `a container with a user namespace of its own needs one of ${PLACES.join(", ")} to mount its files on, and all are in use`,
  );
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function makeMountPoint(path: string, directory: boolean): void {
  if (directory) mkdirSync(path, { recursive: true, mode: 0o755 });
  else writeFileSync(path, "");
}

/** Done beforehand: root of the container's namespace would have to reach its directories too. */
function overlay({ source, options }: SpecMount): Pick<MountStep, "source" | "type" | "flags" | "data"> {
  return {
    source,
    type: "overlay",
    flags: 0,
    data: options.filter((option) => option !== "private").join(","),
  };
}
