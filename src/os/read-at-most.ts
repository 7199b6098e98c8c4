import { closeSync, constants, openSync, readSync } from "node:fs";

const CHUNK = 64 * 1024;

/**
 * The beginning of a file, as text in UTF-8. A process can make its own command line, in /proc, as long as
 * its memory.
 * @param limit bytes
 * @throws {SystemError}
 */
export function readBeginning(path: string, limit: number): string {
  const fd = openSync(path, constants.O_RDONLY);
  try {
    const bytes = Buffer.allocUnsafe(limit);
    let size = 0;
    for (let count = -1; count !== 0 && size < limit; size += count)
      count = readSync(fd, bytes, size, limit - size, null);
    return bytes.toString("utf8", 0, size);
  } finally {
    closeSync(fd);
  }
}

/**
 * Reads everything that an open file has from its position on; undefined where that is more than `limit`
 * bytes. A file that a container can write may be as large as a disk, or have no end.
 * @param limit bytes
 */
export function readAtMost(fd: number, limit: number): Buffer | undefined {
  const chunks: Buffer[] = [];
  let size = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafe(Math.min(CHUNK, limit + 1 - size));
    const count = readSync(fd, chunk);
    if (count === 0) return Buffer.concat(chunks, size);
    size += count;
    if (size > limit) return undefined;
    chunks.push(chunk.subarray(0, count));
  }
}
