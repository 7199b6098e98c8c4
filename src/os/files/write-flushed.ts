import { closeSync, fsyncSync, openSync, writeFileSync } from "node:fs";
import { asWriteOf } from "../system-error.ts";

/**
 * Makes a file (0600), and brings its content to the disk: for one in a directory that a rename is going to
 * make visible.
 * @throws {SystemError} With EEXIST if something has the name.
 */
export function writeFlushed(path: string, content: string): void {
  const fd = openSync(path, "wx", 0o600);
  try {
    writeFileSync(fd, content);
    fsyncSync(fd);
  } catch (error) {
    throw asWriteOf(error, path);
  } finally {
    closeSync(fd);
  }
}
