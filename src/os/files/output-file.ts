import { closeSync, constants, existsSync, lstatSync, openSync, rmSync, type Stats, statSync } from "node:fs";
import { dirname } from "node:path";
import { TspodError } from "../../errors.ts";
import { AT_FDCWD, AT_SYMLINK_FOLLOW, linkat, O_TMPFILE } from "../at.ts";
import { isSystemError, systemErrorReason } from "../system-error.ts";
import { writeAll, writing } from "./write-file.ts";

/** A place that is written to. What is new in it is removed again unless keep() is called. */
export interface Output extends Disposable {
  keep(): void;
}

/**
 * A file for an archive. A file that was not there gets its name only by keep(), so a process that is killed
 * before leaves nothing.
 */
export interface ArchiveOutput extends Output {
  write(bytes: Uint8Array): void;
}

/**
 * Opens a file, or a device or pipe of that name, for an archive.
 * @param path absolute
 * @param asked the path as the user typed it
 * @param doing what a failure to open it begins with; "" for nothing
 * @throws {TspodError} If it can't be written, or is a file with content and `overwrite` is false.
 */
export function openArchiveOutput(
  path: string,
  {
    asked,
    overwrite,
    doing = `opening file "${asked}"`,
  }: { asked: string; overwrite: boolean; doing?: string },
): ArchiveOutput {
  const there = visible(() => statSync(path));
  if (!overwrite && there?.isFile() && there.size > 0)
    throw new TspodError("docker-archive doesn't support modifying existing images"); // Podman's words
  const unnamed = visible(() => lstatSync(path)) === undefined ? openUnnamed(path) : undefined;
  const fd = unnamed ?? openForWriting(path, { asked, doing });
  let undo = there === undefined && unnamed === undefined;
  return {
    write(bytes) {
      writing(asked, () => writeAll(fd, bytes));
    },
    keep() {
      if (unnamed !== undefined) giveName(fd, path);
      undo = false;
    },
    [Symbol.dispose]() {
      closeSync(fd);
      if (undo) rmSync(path, { force: true });
    },
  };
}

/** Opens a file without a name in that directory; undefined where there can't be one, whatever the reason. */
function openUnnamed(path: string): number | undefined {
  try {
    return openSync(dirname(path), O_TMPFILE | constants.O_WRONLY, 0o666);
  } catch {
    return undefined; // open(2) with the name will say what is wrong, or succeed
  }
}

/** Gives the file its name, in place of another file that has got it meanwhile. */
function giveName(fd: number, path: string): void {
  rmSync(path, { force: true });
  const [from, to] = [`/proc/self/fd/${fd}`, path];
  linkat({ dirFd: AT_FDCWD, path: from }, { dirFd: AT_FDCWD, path: to }, AT_SYMLINK_FOLLOW);
}

/**
 * A directory to be written. Nothing of it remains, unless it was there before or keep() is called.
 * @param path absolute
 */
export function openDirectoryOutput(path: string): Output {
  let undo = visible(() => statSync(path)) === undefined;
  return {
    keep() {
      undo = false;
    },
    [Symbol.dispose]() {
      if (undo && existsSync(path)) rmSync(path, { recursive: true, force: true });
    },
  };
}

/** Undefined where nothing can be seen, whatever the reason: opening it will say that. */
function visible(stat: () => Stats): Stats | undefined {
  try {
    return stat();
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return undefined;
  }
}

function openForWriting(path: string, { asked, doing }: { asked: string; doing: string }): number {
  try {
    return openSync(path, "w", 0o666);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new TspodError(`${doing && `${doing}: `}open ${asked}: ${systemErrorReason(error)}`);
  }
}
