import type { FileStatus } from "../../os/at.ts";
import {
  distinct,
  isDirectory,
  isMark,
  isWhiteout,
  type LayeredDirectory,
  OPAQUE,
  openLayers,
  type Shown,
  shownInside,
  shownNames,
  shownStatus,
  untilOpaque,
  WHITEOUT,
} from "./layered-directory.ts";
import { type Change, type Found, listChanges } from "./list-changes.ts";

/** The topmost directory's number. */
const TOP = 0;

/** What the directories below show of one. */
interface Directory {
  readonly below: Shown;
}

/**
 * The changes that the topmost directory of an overlay makes in those below, names in the order of their
 * bytes. A directory that merely leads to a change is changed too.
 * @param directories topmost first, absolute paths
 */
export function layerChanges(directories: readonly [string, ...string[]]): Change[] {
  using layers = openLayers(directories);
  const lowers = directories.map((_, index) => index).slice(1);
  return listChanges<Directory>(
    layers,
    { below: untilOpaque(layers, lowers) },
    {
      names: ({ below }) => namesToCompare(layers, below),
      compare: ({ below }, name) => compare(layers, below, name),
    },
  );
}

/** Without marks: the names that whiteouts stand for, and those that an opaque directory hides. */
function namesToCompare(layers: LayeredDirectory, below: Shown): Buffer[] {
  const own = layers.names(TOP).flatMap((name) => {
    if (!isMark(name)) return [name];
    return name.toString() === OPAQUE ? [] : [name.subarray(WHITEOUT.length)];
  });
  return distinct(layers.isOpaque(TOP) ? [...own, ...shownNames(layers, below)] : own);
}

function compare(layers: LayeredDirectory, below: Shown, name: Buffer): Found<Directory> | undefined {
  const before = shownStatus(layers, below, name);
  const status = layers.status(TOP, name);
  // The name was deleted, or is gone since the container runs.
  if (status === undefined || isWhiteout(status)) return before && { kind: "D" };
  const directory = isDirectory(status);
  const lowers = directory ? shownInside(layers, below, name) : [];
  const inside = directory ? () => ({ below: untilOpaque(layers, lowers) }) : undefined;
  if (before === undefined) return { kind: "A", inside };
  const same = directory && isDirectory(before) && sameStatus(status, before);
  return { kind: same ? "same" : "C", inside };
}

/**
 * A directory can stand in the upper one without a change: it was copied up for something that has gone
 * again.
 */
function sameStatus(a: FileStatus, b: FileStatus): boolean {
  const [time, other] = [a.modified, b.modified];
  const sameTime = time.seconds === other.seconds && time.nanoseconds === other.nanoseconds;
  return a.mode === b.mode && a.uid === b.uid && a.gid === b.gid && sameTime;
}
