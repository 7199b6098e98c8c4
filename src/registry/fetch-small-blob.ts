import { TspodError } from "../errors.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import type { RegistryClient } from "./client.ts";
import { fetchBlob } from "./fetch-blob.ts";

/**
 * A blob that has to be in memory, as the registry sends it: nothing of it is verified.
 * @param limit bytes
 * @throws {TspodError} If it is larger, or can't be had.
 */
export async function fetchSmallBlob(
  client: RegistryClient,
  descriptor: Descriptor,
  { limit, signal }: { readonly limit: number; readonly signal?: AbortSignal | undefined },
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of fetchBlob(client, descriptor, { offset: 0, signal })) {
    size += chunk.length;
    if (size > limit) throw new TspodError(`blob "${descriptor.digest}" exceeds ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}
