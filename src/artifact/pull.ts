import { checkSource } from "../image/pull/check-source.ts";
import { fetchPlainBlob } from "../image/pull/fetch-layer.ts";
import { openAnySource } from "../image/pull/open-source.ts";
import { type PullProgress, silentProgress } from "../image/pull/pull-progress.ts";
import { hostPlatform } from "../oci/choose-platform.ts";
import { totalSize } from "../oci/descriptor.ts";
import type { Digest } from "../oci/digest.ts";
import { parseReference, withDefaultTag } from "../oci/reference.ts";
import { loadRegistriesConf } from "../registry/configuration/registries-conf.ts";
import type { RegistryOptions } from "../registry/registry-options.ts";
import { makeArtifactLayout } from "../storage/artifacts/artifact-layout.ts";
import { collectUnreferencedArtifacts, nameArtifact } from "../storage/artifacts/artifacts.ts";
import { writeBlob } from "../storage/blobs/blobs.ts";
import { leaseContent } from "../storage/storage-lock.ts";
import type { Store } from "../storage/store.ts";

export interface ArtifactPullOptions extends RegistryOptions {
  /** Default: silence. */
  readonly progress?: PullProgress;
  readonly signal: AbortSignal;
}

/**
 * Pull what a registry has under a name, whatever it is, as an artifact of that very name; of an index what
 * it has for this machine. It is verified as it comes, a pull that was interrupted goes on, and the artifact
 * becomes visible as the last step.
 * @param name a short one is docker.io's: artifacts have no aliases
 * @returns the digest of its manifest
 * @throws {TspodError} If it can't be had, or the policy does not admit it.
 */
export async function pullArtifact(
  store: Store,
  name: string,
  options: ArtifactPullOptions,
): Promise<Digest> {
  const { progress = silentProgress(), signal } = options;
  const reference = withDefaultTag(parseReference(name));
  const conf = loadRegistriesConf(options.env, options.systemConfiguration);
  const platform = hostPlatform(process.arch);
  try {
    await using source = await openAnySource(reference, { ...options, conf, platform, note: progress.note });
    await checkSource(source, reference, options);
    const { client, manifest, raw } = source;
    progress.sources(totalSize([manifest.config, ...manifest.layers]));
    {
      using _lease = await leaseContent(store);
      const layout = makeArtifactLayout(store);
      for (const layer of manifest.layers)
        await fetchPlainBlob(layout, layer, { client, progress, signal, kind: "blob" });
      await fetchPlainBlob(layout, manifest.config, { client, progress, signal });
      progress.writing();
      writeBlob(layout, raw.content);
      const { digest, content } = raw;
      await nameArtifact(store, name, { digest, size: content.length, expected: "any" });
    }
    await collectUnreferencedArtifacts(store);
    return raw.digest;
  } finally {
    progress.end();
  }
}
