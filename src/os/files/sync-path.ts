import { closeSync, fsyncSync, openSync } from "node:fs";

/**
 * Brings a file's content, or the names of a directory, to the disk.
 * @throws {SystemError}
 */
export function syncPath(path: string): void {
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
