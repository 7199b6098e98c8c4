import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { mountAsFor } from "./mount.ts";
import { fileSystems, mountPoints } from "./mount-table.ts";
import { hasCode } from "./system-error.ts";

/**
 * Finds a process in another mount namespace that has something mounted at `path`; undefined where there is
 * none. The process may be gone the next moment. Processes with another root don't count, since a container
 * could have made any path there.
 */
export function mountHolder(path: string, proc = "/proc"): number | undefined {
  return findInNamespaces(proc, (process) => hasOurRoot(process) && isMounted(process, path));
}

/**
 * Finds a process, whatever its root, that has an overlay with the same upper directory mounted anywhere;
 * undefined where there is none.
 * @param data of mount(2), with `upperdir=`: the kernel shows that as it was given
 */
export function overlayHolder(data: string, proc = "/proc"): number | undefined {
  const upper = data.split(",").find((option) => option.startsWith("upperdir="));
  const isOurs = ({ type, options }: { type: string; options: readonly string[] }): boolean =>
    type === "overlay" && upper !== undefined && options.includes(upper);
  return findInNamespaces(proc, (process) =>
    fileSystems(readFileSync(`${process}/mountinfo`, "utf8")).some(isOurs),
  );
}

/** The first process, of another mount namespace than ours, that passes the test. */
function findInNamespaces(proc: string, test: (process: string) => boolean): number | undefined {
  const seen = new Set([readlinkSync(`${proc}/self/ns/mnt`)]);
  for (const name of readdirSync(proc)) {
    if (!/^\d+$/.test(name)) continue;
    const namespace = unlessHidden(() => readlinkSync(`${proc}/${name}/ns/mnt`));
    if (namespace === undefined || seen.has(namespace)) continue;
    seen.add(namespace);
    if (unlessHidden(() => test(`${proc}/${name}`))) return Number(name);
  }
  return undefined;
}

/**
 * Returns whether something is mounted at `path` for us. If another process has it mounted, that very mount
 * is taken over first, and not made anew.
 */
export function takeMountAt(path: string): boolean {
  if (isMounted("/proc/self", path)) return true;
  let last: number | undefined;
  for (let holder = mountHolder(path); holder !== last; holder = mountHolder(path)) {
    if (holder === undefined) return false;
    try {
      mountAsFor(holder, path, path);
      return true;
    } catch (error) {
      if (!hasCode(error, "EINVAL", "ENOENT", "ESRCH")) throw error; // if not, the process has just ended
    }
    last = holder;
  }
  return false;
}

/** Whether something is mounted at `path`, in the mount namespace of a process. */
export function isMounted(process: string, path: string): boolean {
  return mountPoints(readFileSync(`${process}/mountinfo`, "utf8")).includes(path);
}

function hasOurRoot(process: string): boolean {
  const [theirs, ours] = [statSync(`${process}/root/`), statSync("/")];
  return theirs.dev === ours.dev && theirs.ino === ours.ino;
}

/** Undefined where the process has ended, or belongs to another user. */
function unlessHidden<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (hasCode(error, "ENOENT", "ESRCH", "EACCES", "EPERM", "EINVAL")) return undefined;
    throw error;
  }
}
