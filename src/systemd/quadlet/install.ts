import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { TspodError } from "../../errors.ts";
import { isFileName } from "../../oci/file-name.ts";
import { makeDirectories } from "../../os/files/make-directories.ts";
import { readSmallText } from "../../os/files/read-small-file.ts";
import { applications } from "./applications.ts";
import { type CheckSurroundings, checkNewQuadlets } from "./check-new.ts";
import { endingOf, KINDS } from "./kinds.ts";
import { type NewFile, putFiles } from "./put-files.ts";
import { splitQuadlets } from "./several.ts";

export interface InstallOptions {
  /** Directory of the user's quadlets. */
  readonly directory: string;
  /** Overwrite what is there. */
  readonly replace: boolean;
  /** Refuse quadlets that no service can be made of; absent: install them as they are. */
  readonly check?: CheckSurroundings;
}

/**
 * Copy quadlets to where the generator finds them: files, `.quadlets` files with several in them, or a
 * directory with all that belongs to an application. After the first, files that are no quadlets come along.
 * @returns absolute paths of what is new
 * @throws {TspodError} If something is not there, is no quadlet, has mistakes, or one of its name is there
 * already, or one can't be written. Nothing is new then.
 */
export function installQuadlets(sources: readonly string[], options: InstallOptions): string[] {
  const [first = ""] = sources;
  const isApplication = statOf(first).isDirectory();
  const files = isApplication ? [...filesIn(first), ...sources.slice(1)] : sources;
  const group =
    isApplication || files.length > 1
      ? `.${basename(first, isApplication ? "" : extname(first))}.app`
      : undefined;
  const parts = files.flatMap((file, at) => partsOf(file, { mayBeOther: isApplication || at > 0 }));
  const grouped = parts.map((part) => (group === undefined ? part : { group, ...part }));
  const { directory, replace, check } = options;
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
  if (source.endsWith(".quadlets")) {
    const group = `.${basename(source, ".quadlets")}.app`;
    return splitQuadlets(readSmallText(source), source).map((part) => ({ ...part, source, group }));
  }
  if (!mayBeOther && !KINDS.some((kind) => kind === endingOf(source)))
    throw new TspodError(`"${extname(source)}" is not a supported Quadlet file type`);
  return [{ name: basename(source), source }];
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
