import { readdirSync } from "node:fs";
import { S_IFDIR, S_IFMT } from "../../os/addon.ts";
import type { Attributes } from "../../storage/tree/attributes.ts";
import { type HeldFile, holdFile, readAttributes } from "../../storage/tree/held-file.ts";
import {
  type IgnoreRule,
  judge,
  judgeFromRoot,
  mayKeepBelow,
  type RuleMatches,
} from "../parse/ignore-rules.ts";
import type { Source } from "./source-root.ts";

/**
 * One thing on the way through a source. What is in a directory comes between its "enter" and its "leave".
 */
export interface Visit {
  readonly kind: "enter" | "leave" | "node";
  /** Good until the next visit; of "enter" until its "leave". */
  readonly held: Pick<HeldFile, "fd" | "status">;
  /** Read when they are first asked for: that takes as long as to open the file. */
  readonly attributes: () => Attributes;
  readonly name: Buffer;
  /** From the source, in UTF-8 as far as it is that; "" for a source that is a directory itself. */
  readonly path: string;
}

export interface WalkRules {
  /** On paths from the root of the tree: its ignore file. */
  readonly ignore: readonly IgnoreRule[];
  /** On paths from the source: `--exclude`. */
  readonly exclude: readonly IgnoreRule[];
}

/**
 * A source and all that is in it, names in the order of their bytes. A directory that is left out itself
 * comes only if something in it stays. No symlink is followed.
 */
export function* walkSource(source: Source, rules: WalkRules): Generator<Visit> {
  const { held, isDirectory } = source;
  const name = Buffer.from(source.name);
  if (!isDirectory) {
    yield { kind: "node", held, name, path: "", attributes: attributesOf(held) };
    return;
  }
  const verdicts = {
    ignore: source.path === "" ? [] : judgeFromRoot(rules.ignore, source.path).matches,
    exclude: [],
  };
  const attributes = attributesOf(held);
  yield { kind: "enter", held, name, path: "", attributes };
  yield* walkDirectory({ source, rules, fd: held.fd, path: "", verdicts });
  yield { kind: "leave", held, name, path: "", attributes };
}

function attributesOf(held: Visit["held"]): Visit["attributes"] {
  let known: Attributes | undefined;
  return () => {
    known ??= readAttributes(held);
    return known;
  };
}

interface Directory {
  readonly source: Source;
  readonly rules: WalkRules;
  /** O_PATH. */
  readonly fd: number;
  /** From the source, "" or without a slash at its end. */
  readonly path: string;
  readonly verdicts: { readonly ignore: RuleMatches; readonly exclude: RuleMatches };
}

function* walkDirectory(directory: Directory): Generator<Visit> {
  const names = readdirSync(`/proc/self/fd/${directory.fd}`, { encoding: "buffer" }).sort(Buffer.compare);
  for (const name of names) yield* walkEntry(directory, name);
}

function* walkEntry(directory: Directory, name: Buffer): Generator<Visit> {
  const { source, rules, fd } = directory;
  const path = directory.path === "" ? name.toString() : `${directory.path}/${name.toString()}`;
  const fromRoot = source.path === "" ? path : `${source.path}/${path}`;
  const ignore = judge(rules.ignore, fromRoot, directory.verdicts.ignore);
  const exclude = judge(rules.exclude, path, directory.verdicts.exclude);
  const isLeftOut = ignore.isIgnored || exclude.isIgnored;
  if (isLeftOut && !mayHaveExceptions(directory, { path, fromRoot, ignore, exclude })) return;
  using held = holdFile({ dirFd: fd, name });
  if (held === undefined) return; // It has gone since the directory was read.
  const visit = { held, name, path, attributes: attributesOf(held) };
  if ((held.status.mode & S_IFMT) !== S_IFDIR) {
    if (!isLeftOut) yield { ...visit, kind: "node" };
    return;
  }
  const verdicts = { ignore: ignore.matches, exclude: exclude.matches };
  let isEntered = !isLeftOut;
  if (isEntered) yield { ...visit, kind: "enter" };
  for (const each of walkDirectory({ ...directory, fd: held.fd, path, verdicts })) {
    if (!isEntered) yield { ...visit, kind: "enter" };
    isEntered = true;
    yield each;
  }
  if (isEntered) yield { ...visit, kind: "leave" };
}

function mayHaveExceptions(
  { rules }: Directory,
  {
    path,
    fromRoot,
    ignore,
    exclude,
  }: {
    path: string;
    fromRoot: string;
    ignore: { isIgnored: boolean };
    exclude: { isIgnored: boolean };
  },
): boolean {
  if (ignore.isIgnored && !mayKeepBelow(rules.ignore, fromRoot)) return false;
  return !exclude.isIgnored || mayKeepBelow(rules.exclude, path);
}
