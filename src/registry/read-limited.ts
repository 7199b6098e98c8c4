import type { Readable } from "node:stream";
import { TspodError } from "../errors.ts";

/**
 * A whole body, for what has to be in memory.
 * @param limit bytes; reading stops beyond it
 * @throws {TspodError} If it is longer.
 */
export async function readLimited(body: Readable, limit: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > limit) throw new TspodError(`exceeded maximum allowed size of ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}
