import { readdirSync } from "node:fs";
import { type FileStatus, S_IFDIR, S_IFMT } from "../../os/at.ts";
import type { ByteString } from "../tar/byte-string.ts";
import { openWay } from "./directory-way.ts";
import { type HeldFile, holdFile } from "./held-file.ts";

/** One thing on the way through a tree. */
export type Visit = Arrival | Departure;

/** What is in a directory comes between its "enter" and its "leave". */
export interface Arrival extends Place {
  readonly kind: "enter" | "node";
  /** Good until the next visit. */
  readonly held: Pick<HeldFile, "fd" | "status">;
  /** The directory in which it is, good until the next visit. */
  readonly dirFd: number;
}

export interface Departure extends Place {
  readonly kind: "leave";
  /** The directory, good until the next visit; undefined where it has gone meanwhile. */
  readonly held: Pick<HeldFile, "fd" | "status"> | undefined;
}

interface Place {
  readonly name: Buffer;
  /** From the root of the walk, without slashes at its ends. */
  readonly path: ByteString;
}

export interface WalkOptions {
  /** Names in the order of their bytes; otherwise in that of the directory. */
  readonly sorted?: boolean;
  /** Whether something is passed over, with all that is in it. */
  readonly skips?: (status: FileStatus) => boolean;
  /** Whether what is in a directory is passed over. */
  readonly empties?: (status: FileStatus) => boolean;
  /** Directories that are not ours to read are as good as empty; otherwise they are an error. */
  readonly lenient?: boolean;
}

interface Level extends Place {
  readonly status: FileStatus;
  /** Those that are still to come, the next one last. */
  readonly names: Buffer[];
}

/**
 * All that is in a directory, whatever its depth: neither the stack nor the descriptors grow with it. Each
 * file is opened once (O_PATH), by its name in an open directory, and no symlink is followed; what has gone
 * since its directory was read is passed over.
 * @param root an open directory, which stays the caller's and is not visited itself
 */
export function* walkTree(
  root: Pick<HeldFile, "fd" | "status">,
  options: WalkOptions = {},
): Generator<Visit> {
  using way = openWay(root.fd);
  const levels: Level[] = [
    { name: Buffer.alloc(0), path: "", status: root.status, names: namesIn(root.fd, options) },
  ];
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const fd = way.fd();
    const name = fd === undefined ? undefined : level.names.pop();
    if (fd === undefined || name === undefined) {
      levels.pop();
      if (levels.length === 0) return;
      const { status, ...place } = level;
      yield { ...place, kind: "leave", held: fd === undefined ? undefined : { fd, status } };
      way.leave();
      continue;
    }
    const place = { name, path: inside(level.path, name) };
    const held = holdFile({ dirFd: fd, name });
    if (held === undefined) continue;
    if ((held.status.mode & S_IFMT) !== S_IFDIR) {
      using _file = held;
      if (options.skips?.(held.status) !== true) yield { ...place, kind: "node", held, dirFd: fd };
      continue;
    }
    way.enter(name, held);
    if (options.skips?.(held.status) === true) {
      way.leave();
      continue;
    }
    yield { ...place, kind: "enter", held, dirFd: fd };
    const names = options.empties?.(held.status) === true ? [] : namesIn(held.fd, options);
    levels.push({ ...place, status: held.status, names });
  }
}

function inside(path: ByteString, name: Buffer): ByteString {
  return path === "" ? name.toString("latin1") : `${path}/${name.toString("latin1")}`;
}

/** The last one first. */
function namesIn(fd: number, { sorted = false, lenient = false }: WalkOptions): Buffer[] {
  try {
    const names = readdirSync(`/proc/self/fd/${fd}`, { encoding: "buffer" });
    return (sorted ? names.sort(Buffer.compare) : names).reverse();
  } catch (error) {
    if (lenient) return [];
    throw error;
  }
}
