import { TspodError } from "../errors.ts";
import { type Digest, isDigest, sha256 } from "../oci/digest.ts";
import type { RegistryClient } from "./client.ts";
import { drain } from "./read-limited.ts";
import { withRetries } from "./retry.ts";

/** A manifest or an index as it is to be stored, byte for byte. */
export interface OutgoingManifest {
  readonly mediaType: string;
  readonly content: string;
}

/**
 * Store a manifest or an index. What it names must be there.
 * @param which a tag or a digest
 * @returns its digest
 * @throws {TspodError} If the registry refuses it, or `which` is another digest.
 */
export async function pushManifest(
  client: RegistryClient,
  which: string,
  {
    mediaType,
    content,
    signal,
    note,
  }: OutgoingManifest & {
    readonly signal?: AbortSignal | undefined;
    readonly note?: (line: string) => void;
  },
): Promise<Digest> {
  const digest = sha256(content);
  if (isDigest(which) && which !== digest)
    throw new TspodError(`manifest has digest ${digest}, but the destination is ${which}`);
  const { registry, repository } = client.endpoint;
  const put = () =>
    client.get(`manifests/${which}`, {
      method: "PUT",
      headers: { "content-type": mediaType },
      body: () => content,
      signal,
    });
  try {
    await drain(await withRetries(put, { signal, note, rules: client.retry }));
    return digest;
  } catch (cause) {
    signal?.throwIfAborted();
    throw new TspodError(`uploading manifest ${which} to ${registry}/${repository}`, { cause });
  }
}
