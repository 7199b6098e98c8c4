import { closeSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { TspodError } from "../../errors.ts";
import { hasCode } from "../../os/system-error.ts";

/** A file that an archive is written to; it goes away again unless keep() is called. */
export interface ArchiveOutput extends Disposable {
  write(bytes: Uint8Array): void;
  keep(): void;
}

/**
 * Open a file, or what else has that name, for an archive.
 * @param path absolute
 * @param asked the path as the user typed it
 * @throws {TspodError} If it can't be written, or is a file with content and `overwrite` is false.
 */
export function openArchiveOutput(
  path: string,
  { asked, overwrite }: { asked: string; overwrite: boolean },
): ArchiveOutput {
  const there = statSync(path, { throwIfNoEntry: false });
  if (!overwrite && there?.isFile() && there.size > 0)
    throw new TspodError("docker-archive doesn't support modifying existing images"); // Podman's words
  const fd = openForWriting(path, asked);
  let undo = there === undefined;
  return {
    write(bytes) {
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
    },
    keep() {
      undo = false;
    },
    [Symbol.dispose]() {
      closeSync(fd);
      if (undo) rmSync(path, { force: true });
    },
  };
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no such file or directory",
  EACCES: "permission denied",
  EISDIR: "is a directory",
  ENOTDIR: "not a directory",
};

function openForWriting(path: string, asked: string): number {
  try {
    return openSync(path, "w", 0o666);
  } catch (error) {
    const [code] = Object.keys(REASONS).filter((known) => hasCode(error, known));
    if (code === undefined) throw new TspodError(`opening file "${asked}"`, { cause: error });
    throw new TspodError(`opening file "${asked}": open ${asked}: ${REASONS[code]}`);
  }
}
