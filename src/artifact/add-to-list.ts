import { basename, resolve } from "node:path";
import { DamagedError, messageChain, TspodError } from "../errors.ts";
import { addEntries } from "../image/add-members.ts";
import { annotateList } from "../image/annotate-list.ts";
import { findImageOrList } from "../image/lists.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import { type Digest, sha256 } from "../oci/digest.ts";
import { changeEntry, type EntryChange } from "../oci/list-entry.ts";
import { isImageManifest, type Manifest } from "../oci/manifest.ts";
import { mediaType } from "../oci/media-type.ts";
import { parseConfigOf } from "../oci/parse-image-config.ts";
import { readSmallFile } from "../os/files/read-small-file.ts";
import { isSystemError, systemErrorReason } from "../os/system-error.ts";
import { addBlob } from "../storage/artifacts/add-blob.ts";
import { TITLE } from "../storage/artifacts/artifact-files.ts";
import { writeBlob } from "../storage/blobs/blobs.ts";
import { leaseContent } from "../storage/storage-lock.ts";
import type { Store } from "../storage/store.ts";
import { fileMediaType } from "./file-media-type.ts";

/** What the artifacts of a list are said to be of where nobody says it: the word of ORAS. */
const UNKNOWN = "application/vnd.unknown.artifact.v1";

const EMPTY = Buffer.from("{}");

export interface ListArtifactOptions {
  /** Relative paths start there. */
  readonly cwd: string;
  /** undefined: UNKNOWN; "": the manifest says nothing. */
  readonly artifactType: string | undefined;
  /** File of the config; "": an empty object, as with a file that is empty. */
  readonly configFile: string;
  /** Media type of the config; "": that of an image's config where a file has one, else the empty one. */
  readonly configType: string;
  /** Media type of the files; "": what their names and first bytes tell. */
  readonly layerType: string;
  /** Leave out what the files are called. */
  readonly excludeTitles: boolean;
  /** An image or list, which is here, that the list is about from now on. */
  readonly subject: string | undefined;
  /** What the list is to say of the artifact. */
  readonly change: EntryChange;
  readonly signal: AbortSignal;
}

/**
 * Make an artifact of files, and name it in a list of images. Their content is copied: what becomes of the
 * files later doesn't matter.
 * @param paths as the user typed them
 * @returns the digest of the artifact's manifest
 * @throws {TspodError} If a file can't be read, or there is no such subject; the list is as it was then.
 */
export async function addArtifactToList(
  store: Store,
  list: Digest,
  paths: readonly string[],
  options: ListArtifactOptions,
): Promise<Digest> {
  const { subject, change } = options;
  if (subject !== undefined) findImageOrList(store, subject); // before files are copied
  const asked = readConfig(options);
  using _lease = await leaseContent(store);
  const layers: Descriptor[] = [];
  for (const path of paths) layers.push(await addFile(store, path, options));
  const manifest = artifactManifest(layers, asked, options);
  const config = asked ?? EMPTY;
  checkConfig(manifest, config);
  writeBlob(store, config);
  const text = JSON.stringify(manifest);
  const digest = writeBlob(store, text);
  const { artifactType } = manifest;
  const entry: Descriptor = {
    mediaType: mediaType.ociManifest,
    digest,
    size: Buffer.byteLength(text),
    ...(artifactType !== undefined && { artifactType }),
  };
  await addEntries(store, list, { manifests: [changeEntry(entry, change)], sources: {} });
  if (subject !== undefined) await annotateList(store, list, { subject });
  return digest;
}

/** undefined: none, or one of no bytes. */
function readConfig({ cwd, configFile }: ListArtifactOptions): Buffer | undefined {
  if (configFile === "") return undefined;
  try {
    const config = readSmallFile(resolve(cwd, configFile));
    return config.length === 0 ? undefined : config;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new TspodError(`open ${configFile}: ${systemErrorReason(error)}`);
  }
}

async function addFile(
  store: Store,
  path: string,
  { cwd, layerType, excludeTitles, signal }: ListArtifactOptions,
): Promise<Descriptor> {
  const title = basename(resolve(cwd, path));
  try {
    const { start, ...blob } = await addBlob(store, resolve(cwd, path), { asked: path, signal });
    return {
      mediaType: layerType || fileMediaType(title, start),
      ...blob,
      ...(!excludeTitles && { annotations: { [TITLE]: title } }),
    };
  } catch (cause) {
    if (!(cause instanceof TspodError)) throw cause;
    throw new TspodError(`reading "${path}" to determine its digest`, { cause });
  }
}

type ArtifactManifest = Manifest & { readonly config: Descriptor & { readonly data: string } };

/** The members stand in the order of Podman's, so that the same files get the same digest. */
function artifactManifest(
  layers: readonly Descriptor[],
  asked: Buffer | undefined,
  { artifactType = UNKNOWN, configType }: ListArtifactOptions,
): ArtifactManifest {
  const config = asked ?? EMPTY;
  return {
    schemaVersion: 2,
    mediaType: mediaType.ociManifest,
    ...(artifactType !== "" && { artifactType }),
    config: {
      mediaType: configType || (asked === undefined ? mediaType.ociEmpty : mediaType.ociConfig),
      digest: sha256(config),
      size: config.length,
      data: config.toString("base64"),
    },
    layers,
  };
}

/**
 * What says of itself that it is an image has to be one: whoever meets it unpacks it.
 * @throws {TspodError} If its config is none of an image.
 */
function checkConfig(manifest: ArtifactManifest, config: Buffer): void {
  if (!isImageManifest(manifest)) return;
  try {
    parseConfigOf(config.toString(), manifest.layers.length);
  } catch (cause) {
    if (!(cause instanceof TspodError || cause instanceof DamagedError)) throw cause;
    throw new TspodError(
      `an artifact whose config and files have the types of an image's needs an image's config: ${messageChain(cause)}`,
    );
  }
}
