import { basename, resolve } from "node:path";
import { TspodError } from "../errors.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import type { Digest } from "../oci/digest.ts";
import { mediaType } from "../oci/media-type.ts";
import { parseReference } from "../oci/reference.ts";
import { nowRfc3339Nano } from "../os/time.ts";
import { addBlob } from "../storage/artifacts/add-blob.ts";
import { TITLE } from "../storage/artifacts/artifact-files.ts";
import { artifactLayout, makeArtifactLayout } from "../storage/artifacts/artifact-layout.ts";
import {
  type Artifact,
  collectUnreferencedArtifacts,
  findArtifact,
  hasArtifact,
  nameArtifact,
} from "../storage/artifacts/artifacts.ts";
import { writeBlob } from "../storage/blobs/blobs.ts";
import { CREATED } from "../storage/images/image-layout.ts";
import { leaseContent } from "../storage/storage-lock.ts";
import type { Store } from "../storage/store.ts";
import { sniffMediaType } from "./sniff-media-type.ts";

/** An artifact has no config: its manifest names two bytes instead. */
const EMPTY = "{}";

export interface AddOptions {
  /** Relative paths start there. */
  readonly cwd: string;
  /** Of the files, and of the artifact where it is new. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Put the files beside those that an artifact of that name has. */
  readonly append: boolean;
  /** Take the name from an artifact that has it. */
  readonly replace: boolean;
  /** The artifact's own type; undefined: it has none. */
  readonly artifactType: string | undefined;
  /** Media type of the files; undefined: what their first bytes tell. */
  readonly fileType: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * Make an artifact of files, or add files to one. It is visible as a whole, or not at all.
 * @param paths as the user typed them
 * @returns the digest of its manifest
 * @throws {TspodError} If the name is taken or is none, a file can't be read, or two have the same title.
 * @see https://github.com/opencontainers/image-spec/blob/main/manifest.md#guidelines-for-artifact-usage
 */
export async function addArtifact(
  store: Store,
  name: string,
  paths: readonly string[],
  options: AddOptions,
): Promise<Digest> {
  checkName(name);
  const before = options.append ? namedArtifact(store, name) : undefined;
  if (!options.append && !options.replace && hasArtifact(store, name))
    throw new TspodError(`${name}: artifact already exists`);
  const titles = titlesOf(paths, before, options);
  const digest = await storeArtifact(store, name, { paths, titles, before, options });
  if (options.append || options.replace) await collectUnreferencedArtifacts(store);
  return digest;
}

/** @throws {TspodError} If it is no name of a repository: no list and no registry could take it. */
function checkName(name: string): void {
  try {
    parseReference(name);
  } catch (cause) {
    throw new TspodError(`invalid name of an artifact: "${name}"`, { cause });
  }
}

/** Podman appends to a name, not to a digest: what is made needs one. */
function namedArtifact(store: Store, name: string): Artifact {
  const found = findArtifact(store, name);
  if (found.name !== name) throw new TspodError(`${name}: files are added to an artifact by its name`);
  return found;
}

function titlesOf(
  paths: readonly string[],
  before: Artifact | undefined,
  { annotations }: AddOptions,
): string[] {
  const taken = new Set(before?.manifest.layers.map((layer) => layer.annotations?.[TITLE]));
  return paths.map((path) => {
    const title = annotations[TITLE] ?? basename(path);
    if (taken.has(title)) throw new TspodError(`${title}: file already exists in artifact`);
    taken.add(title);
    return title;
  });
}

interface NewArtifact {
  readonly paths: readonly string[];
  /** One for each path. */
  readonly titles: readonly string[];
  readonly before: Artifact | undefined;
  readonly options: AddOptions;
}

async function storeArtifact(
  store: Store,
  name: string,
  { paths, titles, before, options }: NewArtifact,
): Promise<Digest> {
  using _lease = await leaseContent(store);
  const layout = makeArtifactLayout(store);
  const layers: Descriptor[] = [];
  for (const [at, path] of paths.entries()) {
    const blob = await addBlob(layout, resolve(options.cwd, path), { asked: path, signal: options.signal });
    layers.push({
      mediaType: options.fileType ?? sniffMediaType(blob.start),
      digest: blob.digest,
      size: blob.size,
      annotations: sorted({ ...options.annotations, [TITLE]: titles[at] ?? "" }),
    });
  }
  const manifest = before === undefined ? newManifest(store, layers, options) : appended(before, layers);
  const text = JSON.stringify(manifest);
  const digest = writeBlob(layout, text);
  const expected = options.append ? before?.digest : options.replace ? "any" : undefined;
  await nameArtifact(store, name, { digest, size: Buffer.byteLength(text), expected });
  return digest;
}

function newManifest(store: Store, layers: readonly Descriptor[], options: AddOptions): object {
  const digest = writeBlob(artifactLayout(store), EMPTY);
  const data = Buffer.from(EMPTY).toString("base64");
  return {
    schemaVersion: 2,
    mediaType: mediaType.ociManifest,
    ...(options.artifactType && { artifactType: options.artifactType }),
    config: { mediaType: "application/vnd.oci.empty.v1+json", digest, size: EMPTY.length, data },
    layers,
    annotations: sorted({ ...options.annotations, [CREATED]: nowRfc3339Nano() }),
  };
}

/** What else its maker has written into it stays. */
function appended({ manifest }: Artifact, layers: readonly Descriptor[]): object {
  return { ...manifest, layers: [...manifest.layers, ...layers] };
}

/** As Go writes maps. */
function sorted(annotations: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(annotations).sort(([a], [b]) => (a < b ? -1 : 1)));
}
