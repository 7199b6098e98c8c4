import type { FileStatus } from "../../os/at.ts";
import {
  distinct,
  isDirectory,
  type LayeredDirectory,
  openLayers,
  type Shown,
  shownInside,
  shownNames,
  shownStatus,
  untilOpaque,
  WHITEOUT,
} from "./layered-directory.ts";
import { type Change, type Found, listChanges } from "./list-changes.ts";

/** What both show of one directory. */
interface Directory {
  readonly now: Shown;
  readonly before: Shown;
  /** Also look at what their own layers don't name: one of them has hidden everything below. */
  readonly all: boolean;
}

interface Comparison {
  readonly layers: LayeredDirectory;
  /** The layers that only one of them has: what none of these names is the same. */
  readonly own: readonly number[];
  /** Absolute paths that are not looked at, nor what is below. */
  readonly ignored: ReadonlySet<string>;
}

/**
 * The differences of one tree of files from another, names in the order of their bytes. A directory that
 * merely leads to a change is changed too.
 * @param now directories that an overlay is made of, topmost first, absolute paths
 * @param before those of the tree that it is compared with
 * @param ignored absolute paths in the tree that are not looked at, nor what is below
 */
export function stackChanges(
  { now, before }: { readonly now: readonly string[]; readonly before: readonly string[] },
  ignored: ReadonlySet<string>,
): Change[] {
  const paths = [...new Set([...now, ...before])];
  const numbers = (stack: readonly string[]): Shown => stack.map((path) => paths.indexOf(path));
  using layers = openLayers(paths);
  const common = new Set(commonTail(now, before));
  const own = numbers(paths.filter((path) => !common.has(path)));
  const comparison: Comparison = { layers, own, ignored };
  const root = enter(comparison, { now: numbers(now), before: numbers(before), all: false });
  return listChanges<Directory>(layers, root, {
    names: (directory) => namesToCompare(comparison, directory),
    compare: (directory, name, path) =>
      ignored.has(path) ? undefined : compare(comparison, directory, name),
  });
}

function commonTail(a: readonly string[], b: readonly string[]): string[] {
  let length = 0;
  while (length < Math.min(a.length, b.length) && a.at(-1 - length) === b.at(-1 - length)) length++;
  return a.slice(a.length - length);
}

/** What both show of the directory that has been entered. */
function enter({ layers, own }: Comparison, { now, before, all }: Directory): Directory {
  return {
    now: untilOpaque(layers, now),
    before: untilOpaque(layers, before),
    all: all || own.some((layer) => layers.isOpaque(layer)),
  };
}

function namesToCompare({ layers, own }: Comparison, { now, before, all }: Directory): Buffer[] {
  const names = distinct([...shownNames(layers, now), ...shownNames(layers, before)]);
  if (all) return names;
  return names.filter((name) => own.some((layer) => isNamed(layers, layer, name)));
}

function isNamed(layers: LayeredDirectory, layer: number, name: Buffer): boolean {
  const mark = Buffer.concat([Buffer.from(WHITEOUT), name]);
  return [name, mark].some((each) => layers.status(layer, each) !== undefined);
}

function compare(comparison: Comparison, directory: Directory, name: Buffer): Found<Directory> | undefined {
  const { layers } = comparison;
  const status = shownStatus(layers, directory.now, name);
  const was = shownStatus(layers, directory.before, name);
  if (status === undefined) return was && { kind: "D" };
  const now = shownInside(layers, directory.now, name);
  const before = shownInside(layers, directory.before, name);
  const inside = (all: boolean) => () => enter(comparison, { now, before, all });
  if (was !== undefined && isDirectory(status) && isDirectory(was))
    return { kind: differs(status, was) ? "C" : "same", inside: inside(directory.all) };
  if (was !== undefined && !differs(status, was)) return undefined;
  return {
    kind: was === undefined ? "A" : "C",
    inside: isDirectory(status) ? inside(true) : undefined,
  };
}

/** As Podman compares them: a directory's size and time say nothing of it. */
function differs(a: FileStatus, b: FileStatus): boolean {
  if (a.mode !== b.mode || a.uid !== b.uid || a.gid !== b.gid) return true;
  if (a.major !== b.major || a.minor !== b.minor) return true;
  return !isDirectory(a) && (a.size !== b.size || !sameTime(a.modified, b.modified));
}

/** Times out of a tar may have lost their fraction of a second. */
function sameTime(a: FileStatus["modified"], b: FileStatus["modified"]): boolean {
  if (a.seconds !== b.seconds) return false;
  return a.nanoseconds === b.nanoseconds || a.nanoseconds === 0 || b.nanoseconds === 0;
}
