import { setImmediate as nextTurn } from "node:timers/promises";
import { TspodError } from "../errors.ts";
import { connectionError } from "./connection-error.ts";
import type { HttpResponse } from "./transport.ts";

/**
 * A whole body, for what has to be in memory.
 * @param limit bytes; reading stops beyond it
 * @throws {TspodError} If it is longer.
 * @throws {RegistryError} If it is cut.
 */
export async function readLimited({ body, asked }: HttpResponse, limit: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > limit) throw new TspodError(`exceeded maximum allowed size of ${limit} bytes`);
      chunks.push(chunk);
    }
  } catch (error) {
    asked.signal?.throwIfAborted();
    throw connectionError(error, asked);
  }
  // undici's pool knows one turn later that the connection is free, and would make another one.
  await nextTurn();
  return Buffer.concat(chunks, size);
}

/** Bytes of an answer that are sooner read than a new connection made. */
const SHORT = 64 * 1024;

/**
 * Reads an answer that is not needed, so that its connection can be used again; hangs up if the answer is
 * long.
 */
export async function drain(response: HttpResponse): Promise<void> {
  await readLimited(response, SHORT).catch(() => undefined);
}
