import { NotFoundError, TspodError } from "../errors.ts";
import { choosePlatform } from "../oci/choose-platform.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import { sha256 } from "../oci/digest.ts";
import { listEntry } from "../oci/list-entry.ts";
import type { Manifest } from "../oci/manifest.ts";
import { parseConfigOf } from "../oci/parse-image-config.ts";
import { parseAnyManifest } from "../oci/parse-manifest.ts";
import type { Platform } from "../oci/platform.ts";
import { formatReference, type Reference, withDefaultTag } from "../oci/reference.ts";
import { parseImagePlace, transportOf } from "../options/parse/image-place.ts";
import { loadRegistriesConf } from "../registry/configuration/registries-conf.ts";
import { resolveShortName } from "../registry/configuration/short-names.ts";
import { fetchManifest } from "../registry/fetch-manifest.ts";
import { fetchSmallBlob } from "../registry/fetch-small-blob.ts";
import type { RegistryOptions } from "../registry/registry-options.ts";
import { hasBlob, readBlobText, writeBlob } from "../storage/blobs/blobs.ts";
import { adoptImage } from "../storage/images/adopt-image.ts";
import { resolveImage } from "../storage/images/stored-image.ts";
import { hasLayerBlob } from "../storage/layers/layer-blob.ts";
import type { Store } from "../storage/store.ts";
import { type ImageList, resolveImageList } from "./lists.ts";
import { fetchPlainBlob } from "./pull/fetch-layer.ts";
import { type OpenManifest, openManifest, type SourceOptions } from "./pull/open-source.ts";
import { type PullProgress, silentProgress } from "./pull/pull-progress.ts";

/** An image to be named in a list. */
export interface ListMember {
  readonly entry: Descriptor;
  /** Full reference by digest; undefined: it is here. */
  readonly source: string | undefined;
}

export interface MemberOptions extends RegistryOptions {
  /** All images of a list, not only the one for `platform`. */
  readonly all: boolean;
  readonly platform: Platform;
  readonly signal: AbortSignal;
}

/** Bytes. */
const CONFIG_LIMIT = 16 * 1024 * 1024;

/**
 * The images that a text stands for, to be added to a list: an image or list in the store, otherwise one in a
 * registry, of which the manifests are stored. `containers-storage:` and `docker://` say which. The caller
 * has a lease on the content.
 * @throws {TspodError} If there is none.
 */
export async function findMembers(store: Store, text: string, options: MemberOptions): Promise<ListMember[]> {
  const transport = transportOf(text);
  if (transport !== undefined && transport !== "docker" && transport !== "containers-storage")
    throw new TspodError(`transport "${transport}" is not supported here: "${text}": load the image first`);
  const name = text.replace(/^containers-storage:/, "");
  const here = transport === "docker" ? undefined : await localMembers(store, name, options);
  if (here !== undefined) return here;
  if (transport === "containers-storage") throw new NotFoundError(`${name}: image not known`);
  return remoteMembers(store, referencesOf(text, options), options);
}

async function localMembers(
  store: Store,
  name: string,
  options: MemberOptions,
): Promise<ListMember[] | undefined> {
  const found = resolveImage(store, name);
  if (found !== undefined) {
    await adoptImage(store, found.image);
    const { mediaType, manifestDigest: digest, config } = found.image;
    const size = Buffer.byteLength(readBlobText(store, digest));
    return [{ entry: listEntry({ mediaType, digest, size }, config), source: undefined }];
  }
  const list = resolveImageList(store, name)?.image;
  if (list === undefined) return undefined;
  const { index, sources } = list;
  return wanted(index.manifests, options).map((entry) => ({ entry, source: sources[entry.digest] }));
}

function wanted(manifests: readonly Descriptor[], { all, platform }: MemberOptions): readonly Descriptor[] {
  return all ? manifests : [choosePlatform(manifests, platform)];
}

/** What a name may mean in registries. */
export function referencesOf(text: string, { env, systemConfiguration }: RegistryOptions): Reference[] {
  if (transportOf(text) === "docker") {
    const place = parseImagePlace(text);
    return place.transport === "docker" ? [place.reference] : [];
  }
  const conf = loadRegistriesConf(env, systemConfiguration);
  return resolveShortName(text, conf).references.map(withDefaultTag);
}

/** The manifest or index of the first of these that a registry has. */
export async function openFirstManifest(
  references: readonly Reference[],
  options: Omit<MemberOptions, "all"> & Pick<SourceOptions, "doing">,
): Promise<OpenManifest & { readonly reference: Reference }> {
  const conf = loadRegistriesConf(options.env, options.systemConfiguration);
  const note = () => undefined;
  for (const reference of references) {
    try {
      return { ...(await openManifest(reference, { ...options, conf, note })), reference };
    } catch (error) {
      options.signal.throwIfAborted();
      if (!(error instanceof TspodError) || reference === references.at(-1)) throw error;
    }
  }
  throw new TspodError("no registry to ask");
}

async function remoteMembers(
  store: Store,
  references: readonly Reference[],
  options: MemberOptions,
): Promise<ListMember[]> {
  const doing = (source: string) => `setting up to read manifest and configuration from "${source}"`;
  await using opened = await openFirstManifest(references, { ...options, doing });
  const { raw, parsed, reference, client } = opened;
  const sourceOf = ({ digest }: Descriptor) => {
    const { tag: _, ...rest } = reference;
    return formatReference({ ...rest, digest });
  };
  if (parsed.kind === "manifest") {
    const { config, layers } = parsed.manifest;
    const content = await fetchSmallBlob(client, config, { limit: CONFIG_LIMIT, signal: options.signal });
    if (sha256(content) !== config.digest)
      throw new TspodError(`config has another digest than ${config.digest}`);
    const descriptor = { mediaType: parsed.mediaType, digest: raw.digest, size: raw.content.length };
    writeBlob(store, raw.content);
    const entry = listEntry(descriptor, parseConfigOf(content.toString(), layers.length));
    return [{ entry, source: sourceOf(entry) }];
  }
  const members: ListMember[] = [];
  for (const entry of wanted(parsed.index.manifests, options)) {
    const { content } = await fetchManifest(client, entry.digest, { signal: options.signal });
    writeBlob(store, content);
    members.push({ entry, source: sourceOf(entry) });
  }
  return members;
}

/**
 * Fetch what images of a list lack that were added from a registry: to push them.
 * @throws {TspodError} If it can't be had.
 */
export async function fetchMembers(
  store: Store,
  { index, sources }: ImageList,
  {
    progress = silentProgress(),
    ...options
  }: Omit<MemberOptions, "all"> & { readonly progress?: PullProgress },
): Promise<void> {
  for (const entry of index.manifests) {
    const source = sources[entry.digest];
    if (source === undefined) continue;
    const { config, layers } = parseAnyManifest(
      Buffer.from(readBlobText(store, entry.digest)),
    ) satisfies Manifest;
    const missing = [
      ...[config].filter((blob) => !hasBlob(store, blob)),
      ...layers.filter((layer) => !hasLayerBlob(store, layer)),
    ];
    if (missing.length === 0) continue;
    await using opened = await openFirstManifest(referencesOf(`docker://${source}`, options), options);
    const { client } = opened;
    for (const blob of missing)
      await fetchPlainBlob(store, blob, { client, progress, signal: options.signal });
  }
}
