import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { TspodError } from "../../errors.ts";
import { isFileName } from "../../oci/file-name.ts";
import { makeDirectories } from "../../os/files/make-directories.ts";
import { readSmallText } from "../../os/files/read-small-file.ts";
import { applications } from "./applications.ts";
import { type CheckSurroundings, checkNewQuadlets } from "./check-new.ts";
import { endingOf, KINDS } from "./kinds.ts";
import { type NewFile, putFiles, takeBackUnfinished } from "./put-files.ts";
import { splitQuadlets } from "./several.ts";

export interface InstallOptions {
  /** Directory of the user's quadlets. */
  readonly directory: string;
  /** Overwrite what is there. */
  readonly replace: boolean;
  /** Refuse quadlets that no service can be made of; absent: install them as they are. */
  readonly check?: CheckSurroundings;
}

/** A quadlet, or a `.quadlets` file, that came from a URL. */
export interface FetchedQuadlet {
  readonly name: string;
  readonly url: string;
  readonly text: string;
}

/** The absolute path of a file or a directory, or what was fetched. */
export type QuadletSource = string | FetchedQuadlet;

/**
 * Copy quadlets to where the generator finds them: files, `.quadlets` files with several in them, or a
 * directory with all that belongs to an application. After the first, files that are no quadlets come along.
 * @returns absolute paths of what is new
 * @throws {TspodError} If something is not there, is no quadlet, has mistakes, or one of its name is there
 * already, or one can't be written. Nothing is new then.
 */
export function installQuadlets(sources: readonly QuadletSource[], options: InstallOptions): string[] {
  const { directory, replace, check } = options;
  takeBackUnfinished(directory);
  const [first = ""] = sources;
  const isApplication = typeof first === "string" && statOf(first).isDirectory();
  const files = isApplication ? [...filesIn(first), ...sources.slice(1)] : sources;
  const name = typeof first === "string" ? basename(first) : first.name;
  const group =
    isApplication || files.length > 1
      ? `.${basename(name, isApplication ? "" : extname(name))}.app`
      : undefined;
  const parts = files.flatMap((file, at) => {
    const mayBeOther = isApplication || at > 0;
    return typeof file === "string"
      ? partsOf(file, { mayBeOther })
      : fetchedParts(file, { directory, mayBeOther });
  });
  const grouped = parts.map((part) => (group === undefined ? part : { group, ...part }));
  checkNames(grouped);
  if (check !== undefined) checkNewQuadlets(parts, check);
  if (!replace) for (const { name } of parts) checkFree(directory, name);
  makeDirectory(directory);
  putFiles(directory, [...grouped, ...applicationLists(directory, grouped)]);
  return parts.map(({ name }) => join(directory, name));
}

interface Part extends NewFile {
  /** The application that it belongs to. */
  readonly group?: string;
}

function partsOf(source: string, { mayBeOther }: { mayBeOther: boolean }): Part[] {
  if (!statOf(source).isFile()) throw new TspodError(`quadlet to install "${source}" is not a file`);
  if (source.endsWith(SEVERAL))
    return splitQuadlets(readSmallText(source), source).map((part) => ({
      ...part,
      source,
      group: groupOf(source),
    }));
  if (!mayBeOther) checkKind(source);
  return [{ name: basename(source), source }];
}

/** What was fetched has no path: messages name it where it is to be. */
function fetchedParts(
  { name, url, text }: FetchedQuadlet,
  { directory, mayBeOther }: { directory: string; mayBeOther: boolean },
): Part[] {
  if (name.endsWith(SEVERAL))
    return splitQuadlets(text, url).map((part) => ({ ...part, source: directory, group: groupOf(name) }));
  if (!mayBeOther) checkKind(name);
  return [{ name, source: directory, text }];
}

/** Ending of files with several quadlets. */
const SEVERAL = ".quadlets";

function groupOf(path: string): string {
  return `.${basename(path, SEVERAL)}.app`;
}

function checkKind(path: string): void {
  if (!KINDS.some((kind) => kind === endingOf(path)))
    throw new TspodError(`"${extname(path)}" is not a supported Quadlet file type`);
}

/** The lists of the applications that parts belong to, as they are afterwards. */
function applicationLists(directory: string, parts: readonly Part[]): NewFile[] {
  const known = applications(directory);
  const groups = new Set(parts.flatMap(({ group }) => group ?? []));
  return [...groups].map((group) => {
    const added = parts.filter((part) => part.group === group).map(({ name }) => name);
    const names = new Set([...(known.get(group) ?? []), ...added]);
    return { name: group, source: directory, text: [...names].map((name) => `${name}\n`).join("") };
  });
}

function makeDirectory(path: string): void {
  try {
    makeDirectories(path);
  } catch (cause) {
    throw new TspodError(`making "${path}"`, { cause });
  }
}

function checkNames(parts: readonly Part[]): void {
  const seen = new Set<string>();
  for (const { name, source, group = name } of parts) {
    if (!isFileName(name) || !isFileName(group))
      throw new TspodError(
        `quadlet to install ${JSON.stringify(source)}: its name must have no control characters, and no more than 255 bytes`,
      );
    if (seen.has(name)) throw new TspodError(`${source}: another of these files has the name ${name} too`);
    seen.add(name);
  }
}

function checkFree(directory: string, name: string): void {
  if (existsSync(join(directory, name)))
    throw new TspodError(`a Quadlet with name ${name} already exists, refusing to overwrite`);
}

function filesIn(directory: string): string[] {
  return readdirSync(directory)
    .map((name) => join(directory, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
}

function statOf(path: string) {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined)
    throw new TspodError(`quadlet to install "${path}" does not exist or cannot be read`);
  return found;
}
