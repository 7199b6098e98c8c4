import { TspodError } from "../../errors.ts";
import { type Digest, digestHex } from "../../oci/digest.ts";
import { mediaType } from "../../oci/media-type.ts";
import { parseAnyManifest } from "../../oci/parse-manifest.ts";
import type { RegistryClient } from "../client.ts";
import { fetchManifest } from "../fetch-manifest.ts";
import { fetchSmallBlob } from "../fetch-small-blob.ts";
import { RegistryError } from "../registry-error.ts";
import { SIGNATURE_LIMIT, type Signature } from "./signature.ts";

/**
 * The signatures that cosign has attached to a manifest: the layers of the image with the tag
 * `sha256-HEX.sig`.
 * @throws {TspodError} If they can't be had. That there are none is no error.
 * @see https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md
 */
export async function fetchAttachments(
  client: RegistryClient,
  digest: Digest,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Signature[]> {
  const raw = await fetchManifest(client, `sha256-${digestHex(digest)}.sig`, { signal }).catch(
    (error: unknown) => {
      if (error instanceof RegistryError && error.failure.status === 404) return undefined;
      throw error;
    },
  );
  if (raw === undefined) return [];
  if (raw.contentType !== mediaType.ociManifest)
    throw new TspodError(`unexpected MIME type for sigstore attachment manifest: "${raw.contentType}"`);
  const signatures: Signature[] = [];
  for (const layer of parseAnyManifest(raw.content).layers) {
    // The payload's digest is not compared: the signature says whether these bytes are meant.
    const payload = await fetchSmallBlob(client, layer, { limit: SIGNATURE_LIMIT, signal });
    const annotations = layer.annotations ?? {};
    signatures.push({ kind: "sigstore", mediaType: layer.mediaType, payload, annotations });
  }
  return signatures;
}
