import { type Dirent, lstatSync, readdirSync, type Stats } from "node:fs";
import { join } from "node:path";
import { hasCode, lgetxattr } from "../os/addon.ts";

export interface Change {
  readonly kind: "A" | "C" | "D";
  /** Absolute, in the root file system. */
  readonly path: string;
}

const WHITEOUT = ".wh.";
const OPAQUE = ".wh..wh..opq";

/**
 * What the topmost directory of an overlay changes in those below, sorted by path. A directory that merely leads to a
 * change is changed too.
 * @param directories topmost first, absolute paths
 */
export function layerChanges([top, ...lowers]: readonly [string, ...string[]]): Change[] {
  return directoryChanges("/", { top, lowers });
}

interface Stack {
  readonly top: string;
  readonly lowers: readonly string[];
}

function directoryChanges(directory: string, stack: Stack): Change[] {
  const here = join(stack.top, directory);
  const names = sorted(readEntries(here).map(({ name }) => name));
  const changes = names.flatMap((name) => entryChanges(join(directory, name), name, stack));
  if (!names.includes(OPAQUE) && !isOpaque(here)) return changes;
  const hidden = lowerNames(directory, stack.lowers).filter((name) => !names.includes(name));
  return [...changes, ...hidden.map((name): Change => ({ kind: "D", path: join(directory, name) }))].sort(
    byPath,
  );
}

function entryChanges(path: string, name: string, stack: Stack): Change[] {
  if (name === OPAQUE) return [];
  const below = (at: string): Stats | undefined => lowerStatus(at, stack.lowers);
  if (name.startsWith(WHITEOUT)) {
    const gone = join(path, "..", name.slice(WHITEOUT.length));
    return below(gone) === undefined ? [] : [{ kind: "D", path: gone }];
  }
  const status = lstatSync(join(stack.top, path), { throwIfNoEntry: false });
  if (status === undefined) return []; // gone while the container runs
  const before = below(path);
  if (isWhiteout(status)) return before === undefined ? [] : [{ kind: "D", path }];
  const inside = status.isDirectory() ? directoryChanges(path, stack) : [];
  if (before === undefined) return [{ kind: "A", path }, ...inside];
  const same =
    status.isDirectory() && before.isDirectory() && inside.length === 0 && sameStatus(status, before);
  return same ? [] : [{ kind: "C", path }, ...inside];
}

/** A directory can stand in the upper one without a change: it was copied up for something that has gone again. */
function sameStatus(a: Stats, b: Stats): boolean {
  return a.mode === b.mode && a.uid === b.uid && a.gid === b.gid && a.mtimeMs === b.mtimeMs;
}

/** What the lower directories together have at a path. */
function lowerStatus(path: string, lowers: readonly string[]): Stats | undefined {
  const parts = path.split("/").filter(Boolean);
  for (const lower of lowers) {
    let at = lower;
    let status: Stats | undefined;
    let hides = false;
    for (const [index, part] of parts.entries()) {
      if (lstatSync(join(at, `${WHITEOUT}${part}`), { throwIfNoEntry: false }) !== undefined)
        return undefined;
      at = join(at, part);
      status = lstatSync(at, { throwIfNoEntry: false });
      if (status === undefined) break;
      // A whiteout, or a file in the place of a directory, hides what is below.
      if (isWhiteout(status) || (index < parts.length - 1 && !status.isDirectory())) return undefined;
      hides ||= index < parts.length - 1 && isOpaque(at);
    }
    if (status !== undefined) return status;
    if (hides) return undefined;
  }
  return undefined;
}

function lowerNames(directory: string, lowers: readonly string[]): string[] {
  const names = lowers.flatMap((lower) => readEntries(join(lower, directory)).map(({ name }) => name));
  return sorted([...new Set(names)]).filter(
    (name) => !name.startsWith(WHITEOUT) && lowerStatus(join(directory, name), lowers) !== undefined,
  );
}

function isWhiteout(status: Stats): boolean {
  return status.isCharacterDevice() && status.rdev === 0;
}

function isOpaque(directory: string): boolean {
  try {
    return lgetxattr(directory, "user.overlay.opaque").toString() === "y";
  } catch (error) {
    if (hasCode(error, "ENODATA", "EOPNOTSUPP", "ENOTSUP", "ENOENT")) return false;
    throw error;
  }
}

function readEntries(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR")) return [];
    throw error;
  }
}

function sorted(names: string[]): string[] {
  return names.sort((a, b) => (a < b ? -1 : 1));
}

function byPath(a: Change, b: Change): number {
  return a.path < b.path ? -1 : 1;
}
