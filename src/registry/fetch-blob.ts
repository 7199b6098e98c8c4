import { TspodError } from "../errors.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import type { RegistryClient } from "./client.ts";
import { connectionError } from "./connection-error.ts";
import { RegistryError } from "./registry-error.ts";
import type { HttpResponse } from "./transport.ts";

/**
 * A blob's bytes from `offset` on, as the server sends them: nothing is verified here, more may come than the
 * descriptor says. A server that can't resume sends all, and what is before `offset` is skipped.
 * @throws {RegistryError} If the registry refuses, or the body is cut (then transient).
 */
export async function* fetchBlob(
  client: RegistryClient,
  descriptor: Descriptor,
  { offset, signal }: { readonly offset: number; readonly signal?: AbortSignal | undefined },
): AsyncGenerator<Uint8Array, void> {
  const headers: Record<string, string> = offset > 0 ? { range: `bytes=${offset}-` } : {};
  const response = await requestBlob(client, descriptor, { headers, signal });
  let skip = offset - firstByte(response, offset);
  try {
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      if (skip >= chunk.length) skip -= chunk.length;
      else {
        yield skip > 0 ? chunk.subarray(skip) : chunk;
        skip = 0;
      }
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw connectionError(error, {
      method: "GET",
      url: `${client.endpoint.registry}/v2/${client.endpoint.repository}/blobs/${descriptor.digest}`,
    });
  }
}

/** Foreign layers are where their URLs say; the registry is asked when none of those works. */
async function requestBlob(
  client: RegistryClient,
  { digest, urls, mediaType }: Descriptor,
  request: { readonly headers: Readonly<Record<string, string>>; readonly signal?: AbortSignal | undefined },
): Promise<HttpResponse> {
  const foreign = /\.(?:foreign|nondistributable)\./.test(mediaType) ? (urls ?? []) : [];
  for (const url of foreign.filter((candidate) => /^https?:$/.test(URL.parse(candidate)?.protocol ?? ""))) {
    try {
      return await client.getForeign(url, request);
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error;
    }
  }
  return client.get(`blobs/${digest}`, request);
}

/** The first byte that an answer has. */
function firstByte({ status, headers, body }: HttpResponse, asked: number): number {
  if (status === 200) return 0;
  const [, start] = /^bytes (\d+)-/.exec([headers["content-range"]].flat()[0] ?? "") ?? [];
  if (status === 206 && start !== undefined && Number(start) <= asked) return Number(start);
  body.on("error", () => undefined).destroy();
  throw new TspodError(`the registry answers status ${status} without the range that was asked for`);
}
