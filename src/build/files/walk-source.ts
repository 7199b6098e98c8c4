import { readdirSync } from "node:fs";
import { TspodError } from "../../errors.ts";
import { type FileStatus, S_IFDIR, S_IFMT } from "../../os/at.ts";
import type { Attributes } from "../../storage/tree/attributes.ts";
import { openWay } from "../../storage/tree/directory-way.ts";
import { type HeldFile, holdFile, readAttributes } from "../../storage/tree/held-file.ts";
import {
  type IgnoreRule,
  judge,
  judgeFromRoot,
  mayKeepBelow,
  type RuleMatches,
} from "../parse/ignore-rules.ts";
import { type KnownPlain, plainAttributes, seePlainFile } from "./plain-file.ts";
import type { Source } from "./source-root.ts";

/**
 * One thing on the way through a source. What is in a directory comes between its "enter" and its "leave".
 */
export interface Visit {
  readonly kind: "enter" | "leave" | "node";
  /** Good until the next visit. */
  readonly held: Pick<HeldFile, "fd" | "status">;
  /**
   * Read when they are first asked for: that takes as long as to open the file. Good until the next visit;
   * "leave" has those of its "enter" where that has read them.
   */
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
 * comes only if something in it stays. No symlink is followed. What has gone since its directory was read is
 * passed over.
 * @param isPlain whether a regular file has no xattrs, by what is known of it: such a file is opened only
 *   where its descriptor is asked for
 */
export function* walkSource(source: Source, rules: WalkRules, isPlain?: KnownPlain): Generator<Visit> {
  const { held, isDirectory } = source;
  const name = Buffer.from(source.name);
  if (!isDirectory) {
    yield { kind: "node", held, name, path: "", attributes: attributesOf(held) };
    return;
  }
  const attributes = attributesOf(held);
  yield { kind: "enter", held, name, path: "", attributes };
  yield* walkInside(source, rules, isPlain);
  yield { kind: "leave", held, name, path: "", attributes };
}

interface KnownAttributes {
  known?: Attributes;
}

function attributesOf(held: Visit["held"], memory: KnownAttributes = {}): Visit["attributes"] {
  return () => {
    memory.known ??= readAttributes(held);
    return memory.known;
  };
}

/** A directory on the way, and what is to be known when the walk comes back to it. */
interface Level extends Entry {
  readonly status: FileStatus;
  /** Those that are still to come, the next one last. */
  readonly names: Buffer[];
  /** Whether it has been visited itself: one that is left out, once something in it stays. */
  isEntered: boolean;
  readonly attributes: KnownAttributes;
}

interface Entry {
  readonly name: Buffer;
  /** From the source, "" or without a slash at its end. */
  readonly path: string;
  readonly verdicts: { readonly ignore: RuleMatches; readonly exclude: RuleMatches };
}

interface Judged extends Entry {
  readonly isLeftOut: boolean;
  readonly mayKeepInside: boolean;
}

/** Neither the stack nor the descriptors grow with the depth of the tree. */
function* walkInside(source: Source, rules: WalkRules, isPlain: KnownPlain | undefined): Generator<Visit> {
  using way = openWay(source.held.fd);
  const levels: Level[] = [rootLevel(source, rules)];
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const fd = way.fd();
    const name = fd === undefined ? undefined : level.names.pop();
    if (fd === undefined || name === undefined) {
      levels.pop();
      if (levels.length === 0) return;
      if (level.isEntered) yield* leave(level, fd);
      way.leave();
      continue;
    }
    const entry = judgeEntry({ source, rules, around: level }, name);
    if (!entry.mayKeepInside) continue;
    const plain = isPlain && seePlainFile({ dirFd: fd, name }, isPlain);
    if (plain !== undefined) {
      using held = plain;
      if (entry.isLeftOut) continue;
      yield* enterAll(source, levels);
      yield { kind: "node", held, name, path: entry.path, attributes: () => plainAttributes(held) };
      continue;
    }
    const held = holdFile({ dirFd: fd, name });
    if (held === undefined) continue;
    if ((held.status.mode & S_IFMT) !== S_IFDIR) {
      using _file = held;
      if (entry.isLeftOut) continue;
      yield* enterAll(source, levels);
      yield { kind: "node", held, name, path: entry.path, attributes: attributesOf(held) };
      continue;
    }
    way.enter(name, held);
    levels.push({ ...entry, status: held.status, names: namesIn(held.fd), isEntered: false, attributes: {} });
    if (!entry.isLeftOut) yield* enterAll(source, levels);
  }
}

function rootLevel({ held, path }: Source, { ignore }: WalkRules): Level {
  const verdicts = { ignore: path === "" ? [] : judgeFromRoot(ignore, path).matches, exclude: [] };
  const name = Buffer.alloc(0);
  return {
    name,
    path: "",
    status: held.status,
    names: namesIn(held.fd),
    isEntered: true,
    attributes: {},
    verdicts,
  };
}

/** The last one first. */
function namesIn(fd: number): Buffer[] {
  return readdirSync(`/proc/self/fd/${fd}`, { encoding: "buffer" }).sort(Buffer.compare).reverse();
}

/** The directories around something that stays come before it, also those that are left out themselves. */
function* enterAll(source: Source, levels: readonly Level[]): Generator<Visit> {
  for (const [index, level] of levels.entries()) {
    if (level.isEntered) continue;
    level.isEntered = true;
    const names = levels.slice(1, index + 1).flatMap(({ name }) => [name, Buffer.from("/")]);
    using held = holdFile({ dirFd: source.held.fd, name: Buffer.concat(names).subarray(0, -1) });
    if (held === undefined) throw new TspodError(`"${level.path}" has gone while it was copied`);
    const { name, path } = level;
    yield { kind: "enter", held, name, path, attributes: attributesOf(held, level.attributes) };
  }
}

function* leave({ name, path, status, attributes }: Level, fd: number | undefined): Generator<Visit> {
  if (fd === undefined) throw new TspodError(`"${path}" has gone while it was copied`);
  const held = { fd, status };
  yield { kind: "leave", held, name, path, attributes: attributesOf(held, attributes) };
}

function judgeEntry(
  { source, rules, around }: { source: Source; rules: WalkRules; around: Entry },
  name: Buffer,
): Judged {
  const path = around.path === "" ? name.toString() : `${around.path}/${name.toString()}`;
  const fromRoot = source.path === "" ? path : `${source.path}/${path}`;
  const ignore = judge(rules.ignore, fromRoot, around.verdicts.ignore);
  const exclude = judge(rules.exclude, path, around.verdicts.exclude);
  const isLeftOut = ignore.isIgnored || exclude.isIgnored;
  return {
    name,
    path,
    verdicts: { ignore: ignore.matches, exclude: exclude.matches },
    isLeftOut,
    mayKeepInside: !isLeftOut || mayHaveExceptions({ rules }, { path, fromRoot, ignore, exclude }),
  };
}

function mayHaveExceptions(
  { rules }: { rules: WalkRules },
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
