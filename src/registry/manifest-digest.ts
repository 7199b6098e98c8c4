import { type Digest, isDigest } from "../oci/digest.ts";
import type { RegistryClient } from "./client.ts";
import { MANIFEST_TYPES } from "./fetch-manifest.ts";
import { drain } from "./read-limited.ts";

/**
 * Ask what digest a manifest or index has, without fetching it: registries that count downloads don't count
 * this.
 * @param which a tag or a digest
 * @returns undefined where the registry doesn't say
 * @throws {RegistryError} If the registry refuses or fails, or can't be reached.
 * @see
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#checking-if-content-exists-in-the-registry
 */
export async function manifestDigest(
  client: RegistryClient,
  which: string,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Digest | undefined> {
  const response = await client.get(`manifests/${which}`, {
    method: "HEAD",
    headers: { accept: MANIFEST_TYPES },
    signal,
  });
  await drain(response);
  const said = [response.headers["docker-content-digest"]].flat()[0];
  return said !== undefined && isDigest(said) ? said : undefined;
}
