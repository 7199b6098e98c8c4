import { createCipheriv } from "node:crypto";
import type { TarEntry } from "../../test/support/tar-archive.ts";

const DIRECTORIES = 400;
const MEAN_SIZE = 11_000;

/** A megabyte that is the same every time; half of it compresses, like programs and texts do. */
function pool(): Buffer {
  const zeros = Buffer.alloc(1 << 20);
  const noise = createCipheriv("aes-128-ctr", Buffer.alloc(16), Buffer.alloc(16)).update(zeros);
  const text = Buffer.alloc(2048, "All work and no play makes Jack a dull boy. ");
  for (let offset = 0; offset < noise.length; offset += 4096) text.copy(noise, offset);
  return noise;
}

/**
 * Layers with files of 0 to 22 000 bytes, 11 000 on average, in 400 directories, each with its files behind
 * it as in any tar of a tree; the same at every call.
 * @param files in all layers together
 */
export function bigLayers({ files, layers }: { files: number; layers: number }): TarEntry[][] {
  const content = pool();
  const perDirectory = Math.ceil(files / DIRECTORIES);
  const made: TarEntry[][] = Array.from({ length: layers }, () => []);
  for (let index = 0; index < files; index++) {
    const directory = Math.floor(index / perDirectory);
    const layer = made[directory % layers];
    if (index % perDirectory === 0) layer?.push({ path: `d${directory}/` });
    const size = (index * 7919) % (2 * MEAN_SIZE);
    const offset = (index * 104_729) % (content.length - size);
    layer?.push({ path: `d${directory}/file${index}`, content: content.subarray(offset, offset + size) });
  }
  return made;
}
