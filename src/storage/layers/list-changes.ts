import type { LayeredDirectory } from "./layered-directory.ts";

export interface Change {
  readonly kind: "A" | "C" | "D";
  /** Absolute, in the root file system. */
  readonly path: string;
}

/** What has become of one name. */
export interface Found<D> {
  /** "same": only what is in the directory can make it a changed one. */
  readonly kind: Change["kind"] | "same";
  /**
   * Says what is to be known of the directory that it is, where that is gone into; called in it.
   */
  readonly inside?: (() => D) | undefined;
}

/** How changes are reported, directory by directory. `D` is what is to be known of one. */
export interface Comparison<D> {
  /** Called in the directory. */
  readonly names: (directory: D) => Buffer[];
  /** Undefined: there is no change. */
  readonly compare: (directory: D, name: Buffer, path: string) => Found<D> | undefined;
}

interface Level<D> {
  readonly directory: D;
  readonly path: string;
  /** Those that are still to come, the next one last. */
  readonly names: Buffer[];
  /** How many changes there were with that of the directory itself, which goes if none comes after it. */
  readonly unlessMoreThan: number | undefined;
}

/**
 * Goes through directories of any depth, and lists changes, each directory before what is in it. A directory
 * that merely leads to a change is changed, too.
 */
export function listChanges<D>(
  layers: LayeredDirectory,
  root: D,
  { names, compare }: Comparison<D>,
): Change[] {
  const changes: Change[] = [];
  const begin = (directory: D, path: string, unlessMoreThan?: number): Level<D> => ({
    directory,
    path,
    names: names(directory).reverse(),
    unlessMoreThan,
  });
  const levels = [begin(root, "")];
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const name = level.names.pop();
    if (name === undefined) {
      levels.pop();
      if (changes.length === level.unlessMoreThan) changes.pop();
      if (levels.length > 0) layers.leave();
      continue;
    }
    const path = `${level.path}/${name.toString()}`;
    const found = compare(level.directory, name, path);
    if (found === undefined) continue;
    const { kind, inside } = found;
    if (inside === undefined && kind === "same") continue;
    changes.push({ kind: kind === "same" ? "C" : kind, path });
    if (inside === undefined) continue;
    layers.enter(name);
    levels.push(begin(inside(), path, kind === "same" ? changes.length : undefined));
  }
  return changes;
}
