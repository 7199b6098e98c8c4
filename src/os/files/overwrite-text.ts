import { closeSync, constants, fstatSync, ftruncateSync, openSync } from "node:fs";
import { writeAll } from "./write-file.ts";

/** Bytes that are written over at the end of what was there, before it is cut off. */
const PAD_MAX = 65_536;

/**
 * Write a small text into a file that may be there already, without flushing it. The file is not emptied
 * first: ext4 writes one that was cut to nothing out to the disk before close(2) returns (auto_da_alloc),
 * which takes milliseconds, or as long as the disk is busy with other things. Who is killed in here leaves
 * the old text, the new one, or the new one with empty lines behind it.
 * @param path of a regular file; it is made where it isn't there, with `mode`
 * @throws {SystemError} As open(2) and write(2).
 */
export function overwriteText(path: string, text: string, { mode = 0o666 }: { mode?: number } = {}): void {
  const fd = openSync(path, constants.O_WRONLY | constants.O_CREAT, mode);
  try {
    const bytes = Buffer.from(text);
    const rest = fstatSync(fd).size - bytes.length;
    if (rest > PAD_MAX) ftruncateSync(fd, bytes.length + PAD_MAX); // as long as the container has made it
    const pad = Math.max(0, Math.min(rest, PAD_MAX));
    writeAll(fd, pad === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(pad, "\n")]));
    if (pad > 0) ftruncateSync(fd, bytes.length);
  } finally {
    closeSync(fd);
  }
}
