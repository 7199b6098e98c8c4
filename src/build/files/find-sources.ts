import { readdirSync } from "node:fs";
import { NotFoundError } from "../../errors.ts";
import { isPattern, matchesPath, parsePathPattern } from "../../options/filter/path-pattern.ts";
import { pathBeneath } from "../parse/clean-path.ts";
import { ignored, type OpenRoot, openSource, type Source } from "./source-root.ts";
import { walkSource } from "./walk-source.ts";

/**
 * What the words of a COPY or ADD name in a root, in the order of the words, matches of a pattern by name.
 * @param deep whether `**` crosses directories: only with `--parents`
 * @param undo closes what is opened
 * @throws {NotFoundError} If a word without wildcards names nothing.
 */
export function findSources(
  root: OpenRoot,
  words: readonly string[],
  { deep, undo }: { deep: boolean; undo: DisposableStack },
): Source[] {
  return words.flatMap((word) => {
    const clean = pathBeneath(word);
    if (!isPattern(clean)) return [openKept(root, word, undo)];
    return matches(root, clean, deep).flatMap((path) => openIfThere(root, path, undo));
  });
}

/** A directory that is ignored with all that is in it is as good as not there. */
function openKept(root: OpenRoot, word: string, undo: DisposableStack): Source {
  const source = openSource(root, word, undo);
  if (!source.isIgnored) return source;
  for (const { path } of walkSource(source, { ignore: root.rules, exclude: [] }))
    if (path !== "") return source;
  throw ignored(root, word);
}

function openIfThere(root: OpenRoot, path: string, undo: DisposableStack): Source[] {
  try {
    return [openSource(root, path, undo)];
  } catch (error) {
    if (error instanceof NotFoundError) return []; // The file is ignored, or a link that leads nowhere.
    throw error;
  }
}

/** Paths that a pattern matches, name by name, so that only the directories that may hold one are read. */
function matches(root: OpenRoot, pattern: string, deep: boolean): string[] {
  let found = [""];
  for (const part of pattern.split("/")) {
    if (part === "**" && deep) {
      found = found.flatMap((directory) => [directory, ...directoriesIn(root, directory)]);
      continue;
    }
    const tokens = isPattern(part) ? parsePathPattern(part, { stars: deep }) : undefined;
    found = found.flatMap((directory) =>
      tokens === undefined
        ? [join(directory, part)]
        : namesIn(root, directory)
            .filter((name) => matchesPath(tokens, name))
            .map((name) => join(directory, name)),
    );
  }
  return [...new Set(found)].filter(Boolean).sort(byBytes);
}

function directoriesIn(root: OpenRoot, directory: string): string[] {
  const inside = (path: string): string[] => namesIn(root, path, true).map((name) => join(path, name));
  const found: string[] = [];
  const ahead = inside(directory).reverse();
  for (let path = ahead.pop(); path !== undefined; path = ahead.pop()) {
    found.push(path);
    ahead.push(...inside(path).reverse());
  }
  return found;
}

/** Nothing where it is no directory. */
function namesIn(root: OpenRoot, directory: string, onlyDirectories = false): string[] {
  using undo = new DisposableStack();
  const [source] = openIfThere(root, directory, undo);
  if (source?.isDirectory !== true) return [];
  return readdirSync(`/proc/self/fd/${source.held.fd}`, { withFileTypes: true })
    .filter((entry) => !onlyDirectories || entry.isDirectory())
    .map(({ name }) => name)
    .sort(byBytes);
}

function join(directory: string, name: string): string {
  return directory === "" ? name : `${directory}/${name}`;
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
