import { writeSync } from "node:fs";
import { TspodError } from "../../errors.ts";

/** Writes all of the bytes, since one write(2) may take fewer. */
export function writeAll(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
}

/**
 * Calls `write`, and returns its result.
 * @param asked the path, as the user knows it
 * @throws {TspodError} If it fails.
 */
export function writing<T>(asked: string, write: () => T): T {
  try {
    return write();
  } catch (cause) {
    throw new TspodError(`writing "${asked}"`, { cause });
  }
}
