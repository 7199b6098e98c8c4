import { TspodError } from "../errors.ts";
import { type PullProgress, silentProgress } from "../image/pull/pull-progress.ts";
import { pushFile } from "../image/push/push-file.ts";
import { type Descriptor, totalSize } from "../oci/descriptor.ts";
import type { Digest } from "../oci/digest.ts";
import { mediaType } from "../oci/media-type.ts";
import { parseReference, withDefaultTag } from "../oci/reference.ts";
import { openRegistry } from "../registry/client.ts";
import { pushEndpoint } from "../registry/configuration/endpoints.ts";
import { loadRegistriesConf } from "../registry/configuration/registries-conf.ts";
import { pushManifest } from "../registry/push-manifest.ts";
import type { RegistryOptions } from "../registry/registry-options.ts";
import { artifactLayout } from "../storage/artifacts/artifact-layout.ts";
import { findArtifact } from "../storage/artifacts/artifacts.ts";
import { blobPath, hasBlob } from "../storage/blobs/blobs.ts";
import { leaseContent } from "../storage/storage-lock.ts";
import type { Store } from "../storage/store.ts";

export interface ArtifactPushOptions extends RegistryOptions {
  /** Default: silence. */
  readonly progress?: PullProgress;
  readonly signal: AbortSignal;
}

/**
 * Push an artifact to the registry that its name says, byte for byte. What is there already is not sent.
 * @returns the digest of its manifest
 * @throws {TspodError} If there is no such artifact, or the registry does not take it.
 */
export async function pushArtifact(
  store: Store,
  name: string,
  options: ArtifactPushOptions,
): Promise<Digest> {
  const { progress = silentProgress(), signal } = options;
  const { manifest, digest, text, ...artifact } = findArtifact(store, name);
  const destination = withDefaultTag(parseReference(artifact.name));
  const conf = loadRegistriesConf(options.env, options.systemConfiguration);
  const endpoint = pushEndpoint(destination, conf, options.tlsVerify);
  using _lease = await leaseContent(store); // what is sent is not collected meanwhile
  try {
    progress.sources(totalSize([manifest.config, ...manifest.layers]));
    const { note } = progress;
    await using client = await openRegistry(endpoint, { ...options, conf, access: "push", note });
    const push = { store: artifactLayout(store), client, progress, signal };
    for (const layer of manifest.layers) await pushBlob(push, layer, "blob");
    await pushBlob(push, manifest.config, "config");
    progress.writing();
    const which = destination.tag ?? digest;
    const outgoing = { mediaType: manifest.mediaType ?? mediaType.ociManifest, content: text };
    return await pushManifest(client, which, { ...outgoing, signal, note });
  } finally {
    progress.end();
  }
}

async function pushBlob(
  push: Parameters<typeof pushFile>[0],
  blob: Descriptor,
  kind: "blob" | "config",
): Promise<void> {
  if (!hasBlob(push.store, blob))
    throw new TspodError(`blob "${blob.digest}" of the artifact is missing (use \`tspod system check\`)`);
  const { digest, size } = blob;
  await pushFile(push, { digest, size, kind, path: blobPath(push.store, digest) });
}
