import { closeSync, constants, openSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { TspodError } from "../../errors.ts";
import { writeAll } from "../../os/files/write-file.ts";
import { isSystemError, systemErrorReason } from "../../os/system-error.ts";

/**
 * Checks a file that an ID is to be written to, as `--cidfile` and `--pod-id-file` name it, before anything
 * is made. As Podman 5: what is there already is written over.
 * @param name as it was typed; relative to cwd
 * @throws {TspodError} If it is a directory, or would be in none.
 */
export function checkIdFile(name: string, cwd: string): void {
  const path = resolve(cwd, name);
  const open = (reason: string) => new TspodError(`creating idfile: open ${name}: ${reason}`);
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw open("is a directory");
    statSync(dirname(path));
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw open(systemErrorReason(error));
  }
}

/**
 * Writes an ID into a file, without a line end.
 * @throws {TspodError} If that fails; also where it is a fifo that nobody reads.
 */
export function writeIdFile(name: string, cwd: string, id: string): void {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NONBLOCK;
  try {
    const fd = openSync(resolve(cwd, name), flags, 0o666);
    try {
      writeAll(fd, Buffer.from(id));
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new TspodError(`writing the ID ${id} to "${name}": ${systemErrorReason(error)}`);
  }
}
