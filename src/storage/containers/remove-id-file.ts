import { closeSync, constants, openSync, readSync, rmSync } from "node:fs";
import { isSystemError } from "../../os/system-error.ts";

/**
 * Removes the file that `--cidfile` named, when its container goes, as Podman does; the monitor does the same
 * for --rm. Not where anything but this id is in it: another container may have written its own meanwhile.
 * @param path absolute
 */
export function removeIdFile(path: string, id: string): void {
  try {
    // Not to wait where it is a fifo.
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const text = Buffer.alloc(id.length + 1);
      if (text.toString("utf8", 0, readSync(fd, text)) === id) rmSync(path, { force: true });
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (!isSystemError(error)) throw error; // gone, or it can't be read or removed: it stays
  }
}
