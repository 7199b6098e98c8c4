import {
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, extname, join } from "node:path";
import { TspodError } from "../../errors.ts";
import { hasCode } from "../../os/system-error.ts";
import { joinApplication } from "./applications.ts";
import { endingOf, KINDS, REFUSED } from "./kinds.ts";
import { splitQuadlets } from "./several.ts";

export interface InstallOptions {
  /** Of the user's quadlets. */
  readonly directory: string;
  /** Overwrite what is there. */
  readonly replace: boolean;
}

/**
 * Copy quadlets to where the generator finds them: files, `.quadlets` files with several in them, or a directory with all
 * that belongs to an application. After the first, files that are no quadlets come along.
 * @returns absolute paths of what is new
 * @throws {TspodError} If something is not there, is no quadlet, or one of its name is there already. Nothing is copied then.
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
  if (!options.replace) for (const { name } of parts) checkFree(options.directory, name);
  mkdirSync(options.directory, { recursive: true });
  return parts.map((part) => install(part, { ...options, group: part.group ?? group }));
}

/** A file to be written: a copy, or a part of one. */
interface Part {
  readonly name: string;
  readonly source: string;
  readonly text?: string;
  /** The application that it belongs to. */
  readonly group?: string;
}

function partsOf(source: string, { mayBeOther }: { mayBeOther: boolean }): Part[] {
  if (!statOf(source).isFile()) throw new TspodError(`quadlet to install "${source}" is not a file`);
  if (source.endsWith(".quadlets")) {
    const group = `.${basename(source, ".quadlets")}.app`;
    return splitQuadlets(readFileSync(source, "utf8"), source).map((part) => ({ ...part, source, group }));
  }
  const ending = endingOf(source);
  const reason = REFUSED[ending];
  if (reason !== undefined) throw new TspodError(`${source}: .${ending} files are not supported: ${reason}`);
  if (!mayBeOther && !KINDS.some((kind) => kind === ending))
    throw new TspodError(`"${extname(source)}" is not a supported Quadlet file type`);
  return [{ name: basename(source), source }];
}

function install(
  { name, source, text }: Part,
  { directory, replace, group }: InstallOptions & { group: string | undefined },
): string {
  const path = join(directory, name);
  try {
    if (text === undefined) copyFileSync(source, path, replace ? 0 : constants.COPYFILE_EXCL);
    else writeFileSync(path, text, { flag: replace ? "w" : "wx" });
  } catch (cause) {
    if (hasCode(cause, "EEXIST")) throw alreadyThere(name);
    throw new TspodError(`unable to copy file from ${source} to ${path}`, { cause });
  }
  if (group !== undefined) joinApplication(directory, group, name);
  return path;
}

function checkFree(directory: string, name: string): void {
  if (existsSync(join(directory, name))) throw alreadyThere(name);
}

function alreadyThere(name: string): TspodError {
  return new TspodError(`a Quadlet with name ${name} already exists, refusing to overwrite`);
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
