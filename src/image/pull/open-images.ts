import { TspodError } from "../../errors.ts";
import { hostPlatform } from "../../oci/choose-platform.ts";
import { sha256 } from "../../oci/digest.ts";
import type { Manifest } from "../../oci/manifest.ts";
import { parseManifest } from "../../oci/parse-manifest.ts";
import { fetchManifest } from "../../registry/fetch-manifest.ts";
import { fetchSmallBlob } from "../../registry/fetch-small-blob.ts";
import { openFirstManifest, referencesOf } from "../list-members.ts";
import type { LayerSource } from "./fetch-layer.ts";
import type { RegistryOptions } from "./pull-options.ts";

/** What is behind a name in a registry: one image, or all that an index names, whatever they are for. */
export interface OpenImages extends AsyncDisposable {
  /** Asked for the layers that are wanted. */
  readonly client: LayerSource["client"];
  readonly images: readonly { readonly manifest: Manifest; readonly config: string }[];
}

/** Bytes. */
const CONFIG_LIMIT = 16 * 1024 * 1024;

/**
 * Read manifests and configs, and no layer. Dispose of it to hang up.
 * @throws {TspodError} If the name is not there, or a config is damaged.
 */
export async function openImages(
  name: string,
  options: RegistryOptions & { readonly signal: AbortSignal },
): Promise<OpenImages> {
  const { signal } = options;
  await using undo = new AsyncDisposableStack();
  const platform = hostPlatform(process.arch);
  const { client, parsed } = undo.use(
    await openFirstManifest(referencesOf(name, options), { ...options, platform }),
  );
  const manifests =
    parsed.kind === "manifest"
      ? [parsed.manifest]
      : await Promise.all(parsed.index.manifests.map(({ digest }) => manifestOf(client, digest, signal)));
  const images = await Promise.all(
    manifests.map(async (manifest) => {
      const content = await fetchSmallBlob(client, manifest.config, { limit: CONFIG_LIMIT, signal });
      if (sha256(content) !== manifest.config.digest)
        throw new TspodError(`config "${manifest.config.digest}" is damaged`);
      return { manifest, config: content.toString() };
    }),
  );
  const owned = undo.move();
  return { client, images, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

async function manifestOf(
  client: OpenImages["client"],
  digest: string,
  signal: AbortSignal,
): Promise<Manifest> {
  const raw = await fetchManifest(client, digest, { signal });
  const inner = parseManifest(raw.content, raw.contentType);
  if (inner.kind === "index") throw new TspodError("an image index in an image index is not supported");
  return inner.manifest;
}
