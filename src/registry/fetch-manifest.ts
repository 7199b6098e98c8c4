import { TspodError } from "../errors.ts";
import { type Digest, isDigest, sha256 } from "../oci/digest.ts";
import { mediaType } from "../oci/media-type.ts";
import type { RegistryClient } from "./client.ts";
import { readLimited } from "./read-limited.ts";
import { withRetries } from "./retry.ts";

/** A manifest or index as it came, its digest verified where the registry or the reference names one. */
export interface RawManifest {
  /** As the registry says; what is in it is checked by parseManifest(). */
  readonly contentType: string;
  readonly digest: Digest;
  readonly content: Buffer;
}

/** Bytes; containers/image and Docker have the same. */
const MANIFEST_LIMIT = 4 * 1024 * 1024;

/** What we can read, for Accept. */
export const MANIFEST_TYPES = [
  mediaType.ociIndex,
  mediaType.ociManifest,
  mediaType.dockerManifestList,
  mediaType.dockerManifest,
].join(", ");

export interface ManifestRequest {
  readonly signal?: AbortSignal | undefined;
  /** Told why it is asked for again, one line. */
  readonly note?: ((line: string) => void) | undefined;
}

/**
 * Fetch a manifest or an index.
 * @param which a tag or a digest
 * @throws {TspodError} If it can't be had, is too large, or has another digest.
 */
export async function fetchManifest(
  client: RegistryClient,
  which: string,
  { signal, note }: ManifestRequest = {},
): Promise<RawManifest> {
  return withRetries(() => fetchOnce(client, which, signal), { signal, note, rules: client.retry });
}

async function fetchOnce(
  client: RegistryClient,
  which: string,
  signal: AbortSignal | undefined,
): Promise<RawManifest> {
  const response = await client.get(`manifests/${which}`, { headers: { accept: MANIFEST_TYPES }, signal });
  const content = await readLimited(response, MANIFEST_LIMIT);
  const digest = sha256(content);
  const said = [response.headers["docker-content-digest"]].flat()[0];
  const expected = isDigest(which) ? which : said;
  // A digest of another algorithm in the header is none that we could check; by tag nothing was promised
  // then.
  if (expected !== undefined && isDigest(expected) && digest !== expected) {
    throw new TspodError(`manifest has digest ${digest}, expected ${expected}`);
  }
  return { contentType: contentType(response.headers["content-type"]), digest, content };
}

function contentType(header: string | string[] | undefined): string {
  return ([header].flat()[0] ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
}
