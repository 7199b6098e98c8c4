import { join } from "node:path";
import { readSmallText } from "../../os/files/read-small-file.ts";

export interface FreezerPlaces {
  readonly root?: string;
  readonly proc?: string;
}

/**
 * Whether a container's processes are frozen. Asked of its own group where that is known, for the container
 * may have moved its processes into groups below.
 * @param cgroup path from the root of the tree, or `systemd` where the manager has chosen it (start-facts.ts)
 * @see https://docs.kernel.org/admin-guide/cgroup-v2.html (cgroup.freeze, cgroup.events)
 */
export function isFrozen(
  cgroup: string,
  pid: number,
  { root = "/sys/fs/cgroup", proc = "/proc" }: FreezerPlaces = {},
): boolean {
  try {
    if (cgroup !== "systemd") return readSmallText(join(root, cgroup, "cgroup.freeze")).trim() === "1";
    const own = /^0::(.*)$/m.exec(readSmallText(join(proc, String(pid), "cgroup")))?.[1] ?? "";
    return /^frozen 1$/m.test(readSmallText(join(root, own, "cgroup.events")));
  } catch {
    return false; // the container has just ended, or this process sees another tree
  }
}
