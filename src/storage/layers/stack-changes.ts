import type { Stats } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Change } from "./layer-changes.ts";
import {
  isOpaqueInLayer,
  namesIn,
  OPAQUE,
  sorted,
  statusIn,
  statusInLayer,
  WHITEOUT,
} from "./layer-stack.ts";

/**
 * The differences of one tree of files from another, sorted by path. A directory that merely leads to a
 * change is changed too.
 * @param now directories that an overlay is made of, topmost first, absolute paths
 * @param before those of the tree that it is compared with
 * @param ignored absolute paths in the tree that are not looked at, nor what is below
 */
export function stackChanges(
  { now, before }: { readonly now: readonly string[]; readonly before: readonly string[] },
  ignored: ReadonlySet<string>,
): Change[] {
  const common = new Set(commonTail(now, before));
  const own = [...now, ...before].filter((layer) => !common.has(layer));
  return directoryChanges("/", { now, before, own, ignored, all: false });
}

interface Comparison {
  readonly now: readonly string[];
  readonly before: readonly string[];
  /** The directories that only one of them has: what none of these names is the same. */
  readonly own: readonly string[];
  readonly ignored: ReadonlySet<string>;
  /** Also look at what they don't name: one of them has hidden everything below. */
  readonly all: boolean;
}

function commonTail(a: readonly string[], b: readonly string[]): string[] {
  let length = 0;
  while (length < Math.min(a.length, b.length) && a.at(-1 - length) === b.at(-1 - length)) length++;
  return a.slice(a.length - length);
}

function directoryChanges(directory: string, comparison: Comparison): Change[] {
  const { now, before, own } = comparison;
  const all = comparison.all || own.some((layer) => hidesBelow(layer, directory));
  return sorted([...new Set([...namesIn(directory, now), ...namesIn(directory, before)])])
    .filter((name) => all || own.some((layer) => isNamed(layer, join(directory, name))))
    .flatMap((name) => entryChanges(join(directory, name), { ...comparison, all }));
}

function entryChanges(path: string, comparison: Comparison): Change[] {
  if (comparison.ignored.has(path)) return [];
  const status = statusIn(path, comparison.now);
  const was = statusIn(path, comparison.before);
  if (status === undefined) return was === undefined ? [] : [{ kind: "D", path }];
  if (!status.isDirectory() || !was?.isDirectory()) {
    if (was !== undefined && !differs(status, was)) return [];
    const inside = status.isDirectory() ? directoryChanges(path, { ...comparison, all: true }) : [];
    return [{ kind: was === undefined ? "A" : "C", path }, ...inside];
  }
  const inside = directoryChanges(path, comparison);
  return inside.length > 0 || differs(status, was) ? [{ kind: "C", path }, ...inside] : [];
}

function hidesBelow(layer: string, directory: string): boolean {
  return isOpaqueInLayer(layer, directory) || exists(layer, join(directory, OPAQUE));
}

function isNamed(layer: string, path: string): boolean {
  return exists(layer, path) || exists(layer, join(dirname(path), `${WHITEOUT}${basename(path)}`));
}

function exists(layer: string, path: string): boolean {
  return statusInLayer(layer, path) !== undefined;
}

/** As Podman compares them: a directory's size and time say nothing of it. */
function differs(a: Stats, b: Stats): boolean {
  if (a.mode !== b.mode || a.uid !== b.uid || a.gid !== b.gid || a.rdev !== b.rdev) return true;
  return !a.isDirectory() && (a.size !== b.size || !sameTime(a.mtimeMs, b.mtimeMs));
}

/** Times out of a tar may have lost their fraction of a second. */
function sameTime(a: number, b: number): boolean {
  const [second, other] = [a, b].map((time) => Math.floor(time / 1000));
  return a === b || (second === other && (a % 1000 === 0 || b % 1000 === 0));
}
