import { readSync } from "node:fs";

const CHUNK = 64 * 1024;

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
