import { createCipheriv } from "node:crypto";
import type { TarEntry } from "../test/support/tar-archive.ts";

const FILES = 10_400;
const DIRECTORIES = 400;
const MEAN_SIZE = 16_000;

/** A megabyte that is the same every time; half of it compresses, like programs and texts do. */
function pool(): Buffer {
  const zeros = Buffer.alloc(1 << 20);
  const noise = createCipheriv("aes-128-ctr", Buffer.alloc(16), Buffer.alloc(16)).update(zeros);
  const text = Buffer.alloc(2048, "All work and no play makes Jack a dull boy. ");
  for (let offset = 0; offset < noise.length; offset += 4096) text.copy(noise, offset);
  return noise;
}

/**
 * A layer of 10 400 files and 166 MB (at scale 1), the same at every call: sizes from 0 to 32 000 bytes, in 400 directories.
 * @param scale of the number of files
 */
export function bigLayer(scale: number): TarEntry[] {
  const content = pool();
  const directories = Array.from({ length: DIRECTORIES }, (_, index): TarEntry => ({ path: `d${index}/` }));
  const files = Array.from({ length: Math.round(FILES * scale) }, (_, index): TarEntry => {
    const size = (index * 7919) % (2 * MEAN_SIZE);
    const offset = (index * 104_729) % (content.length - size);
    return { path: `d${index % DIRECTORIES}/file${index}`, content: content.subarray(offset, offset + size) };
  });
  return [...directories, ...files];
}
