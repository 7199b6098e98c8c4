import type { Stats } from "node:fs";
import { join } from "node:path";
import {
  entriesInLayer,
  isOpaqueInLayer,
  isWhiteout,
  namesIn,
  OPAQUE,
  sorted,
  statusIn,
  statusInLayer,
  WHITEOUT,
} from "./layer-stack.ts";

export interface Change {
  readonly kind: "A" | "C" | "D";
  /** Absolute, in the root file system. */
  readonly path: string;
}

/**
 * The changes that the topmost directory of an overlay makes in those below, sorted by path. A directory that
 * merely leads to a change is changed too.
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
  const names = sorted(entriesInLayer(stack.top, directory).map(({ name }) => name));
  const changes = names.flatMap((name) => entryChanges(join(directory, name), name, stack));
  if (!names.includes(OPAQUE) && !isOpaqueInLayer(stack.top, directory)) return changes;
  const hidden = namesIn(directory, stack.lowers).filter((name) => !names.includes(name));
  return [...changes, ...hidden.map((name): Change => ({ kind: "D", path: join(directory, name) }))].sort(
    byPath,
  );
}

function entryChanges(path: string, name: string, stack: Stack): Change[] {
  if (name === OPAQUE) return [];
  const below = (at: string): Stats | undefined => statusIn(at, stack.lowers);
  if (name.startsWith(WHITEOUT)) {
    const gone = join(path, "..", name.slice(WHITEOUT.length));
    return below(gone) === undefined ? [] : [{ kind: "D", path: gone }];
  }
  const status = statusInLayer(stack.top, path);
  if (status === undefined) return []; // gone while the container runs
  const before = below(path);
  if (isWhiteout(status)) return before === undefined ? [] : [{ kind: "D", path }];
  const inside = status.isDirectory() ? directoryChanges(path, stack) : [];
  if (before === undefined) return [{ kind: "A", path }, ...inside];
  const same =
    status.isDirectory() && before.isDirectory() && inside.length === 0 && sameStatus(status, before);
  return same ? [] : [{ kind: "C", path }, ...inside];
}

/**
 * A directory can stand in the upper one without a change: it was copied up for something that has gone
 * again.
 */
function sameStatus(a: Stats, b: Stats): boolean {
  return a.mode === b.mode && a.uid === b.uid && a.gid === b.gid && a.mtimeMs === b.mtimeMs;
}

function byPath(a: Change, b: Change): number {
  return a.path < b.path ? -1 : 1;
}
