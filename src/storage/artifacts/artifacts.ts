import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DamagedError, messageChain, NotFoundError, TspodError } from "../../errors.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { type Digest, digestHex } from "../../oci/digest.ts";
import type { Manifest } from "../../oci/manifest.ts";
import { mediaType } from "../../oci/media-type.ts";
import { parseAnyManifest } from "../../oci/parse-manifest.ts";
import { readBlobText } from "../blobs/blobs.ts";
import { NAME, nameOf, readIndex, writeIndex } from "../images/image-layout.ts";
import { readable } from "../record.ts";
import { lockStorage, tryLockContent } from "../storage-lock.ts";
import type { Store } from "../store.ts";
import { removeTree } from "../tree/remove-tree.ts";
import { artifactLayout, hasArtifactLayout } from "./artifact-layout.ts";

/** Files with a name, in a manifest without an image's config. */
export interface Artifact {
  /** As it was given; "" where it was lost with a damaged index. */
  readonly name: string;
  /** Of the manifest. */
  readonly digest: Digest;
  readonly manifest: Manifest;
  /** The manifest as it is stored, byte for byte. */
  readonly text: string;
}

/** All artifacts in the order in which they came; a warning for each that is damaged. */
export function listArtifacts(store: Store): Artifact[] {
  if (!hasArtifactLayout(store)) return [];
  const layout = artifactLayout(store);
  return readable([...readIndex(layout)], (entry) => readArtifact(layout, entry), store.warn);
}

function readArtifact(layout: Store, entry: Descriptor): Artifact {
  const name = nameOf(entry) ?? "";
  try {
    const text = readBlobText(layout, entry.digest);
    return { name, digest: entry.digest, manifest: parseAnyManifest(text), text };
  } catch (cause) {
    if (!(cause instanceof TspodError)) throw cause;
    throw new DamagedError(`artifact ${name || entry.digest} can't be read`, { cause });
  }
}

/**
 * By its name, or by the beginning of its digest.
 * @throws {NotFoundError} `NAME: artifact does not exist`
 * @throws {DamagedError} If its manifest can't be read.
 * @throws {TspodError} If several digests begin so.
 */
export function findArtifact(store: Store, nameOrDigest: string): Artifact {
  return readArtifact(artifactLayout(store), findEntry(store, nameOrDigest));
}

function findEntry(store: Store, text: string): Descriptor {
  const entries = hasArtifactLayout(store) ? readIndex(artifactLayout(store)) : [];
  const named = text === "" ? undefined : entries.find((entry) => nameOf(entry) === text);
  if (named !== undefined) return named;
  const hex = text.replace(/^sha256:/, "");
  const found = hex === "" ? [] : entries.filter(({ digest }) => digestHex(digest).startsWith(hex));
  const [entry] = found;
  if (entry === undefined) throw new NotFoundError(`${text}: artifact does not exist`);
  if (found.some(({ digest }) => digest !== entry.digest))
    throw new TspodError(`${text}: more than one artifact has a digest that begins so`);
  return entry;
}

/** Whether an artifact has that very name. */
export function hasArtifact(store: Store, name: string): boolean {
  return hasArtifactLayout(store) && readIndex(artifactLayout(store)).some((entry) => nameOf(entry) === name);
}

/**
 * Give a manifest a name, which is taken from what had it. Its blobs are here. Takes the storage lock
 * exclusively.
 * @param expected digest of what may have the name now; undefined: nothing may; "any": whatever has it
 * @throws {TspodError} If something else has it: another process was faster.
 */
export async function nameArtifact(
  store: Store,
  name: string,
  { digest, size, expected }: Pick<Descriptor, "digest" | "size"> & { expected: Digest | "any" | undefined },
): Promise<void> {
  using _lock = await lockStorage(store, "exclusive");
  const layout = artifactLayout(store);
  const entries = readIndex(layout);
  const before = entries.find((entry) => nameOf(entry) === name);
  if (expected !== "any" && before?.digest !== expected)
    throw new TspodError(
      expected === undefined ? `${name}: artifact already exists` : `${name}: artifact was changed meanwhile`,
    );
  const entry = { mediaType: mediaType.ociManifest, digest, size, annotations: { [NAME]: name } };
  const others = entries.filter((other) => other !== before);
  writeIndex(layout, [...others, entry]);
}

/**
 * Remove artifacts, and the blobs that nothing else refers to. All are found before one is removed, as with
 * Podman. Takes the storage lock exclusively.
 * @param names names or beginnings of digests; undefined: all artifacts
 * @param options.ignore pass over what is not there
 * @returns the digests of those that were removed
 * @throws {NotFoundError} If one is not there; then all stay.
 */
export async function removeArtifacts(
  store: Store,
  names: readonly string[] | undefined,
  { ignore }: { readonly ignore: boolean },
): Promise<Digest[]> {
  using _lock = await lockStorage(store, "exclusive");
  if (!hasArtifactLayout(store) && names === undefined) return [];
  const layout = artifactLayout(store);
  const gone = new Set(
    names === undefined ? readIndex(layout) : names.flatMap((name) => entryOrNone(store, name, ignore)),
  );
  if (gone.size === 0) return [];
  const isGone = (entry: Descriptor) =>
    [...gone].some((other) => other.digest === entry.digest && nameOf(other) === nameOf(entry));
  writeIndex(
    layout,
    readIndex(layout).filter((entry) => !isGone(entry)),
  );
  deleteUnreferencedArtifacts(store);
  return [...gone].map(({ digest }) => digest);
}

function entryOrNone(store: Store, name: string, ignore: boolean): Descriptor[] {
  try {
    return [findEntry(store, name)];
  } catch (error) {
    if (ignore && error instanceof NotFoundError) return [];
    throw error;
  }
}

/** Forget all artifacts, and delete their blobs: no record is read. The caller holds the storage lock. */
export function removeAllArtifacts(store: Store): void {
  if (!hasArtifactLayout(store)) return;
  writeIndex(artifactLayout(store), []);
  deleteUnreferencedArtifacts(store);
}

/**
 * As deleteUnreferencedArtifacts(); takes the storage lock. Whoever has a lease of content gives it up first.
 */
export async function collectUnreferencedArtifacts(store: Store): Promise<void> {
  using _lock = await lockStorage(store, "exclusive");
  deleteUnreferencedArtifacts(store);
}

/**
 * Delete blobs that no artifact refers to, as a killed call leaves them. While somebody adds some all stay,
 * and where one is damaged too: nobody knows what it refers to. The caller holds the storage lock
 * exclusively.
 */
export function deleteUnreferencedArtifacts(store: Store): void {
  if (!hasArtifactLayout(store)) return;
  using content = tryLockContent(store);
  if (content === undefined) return;
  const needed = neededBlobs(store);
  if (needed === undefined) return;
  const blobs = join(artifactLayout(store).images, "blobs", "sha256");
  for (const name of readdirSync(blobs))
    if (/^[0-9a-f]{64}$/.test(name) && !needed.has(name)) removeTree(join(blobs, name));
}

function neededBlobs(store: Store): Set<string> | undefined {
  const layout = artifactLayout(store);
  try {
    const needed = new Set<string>();
    for (const entry of readIndex(layout)) {
      const { manifest } = readArtifact(layout, entry);
      for (const { digest } of [entry, manifest.config, ...manifest.layers]) needed.add(digestHex(digest));
    }
    return needed;
  } catch (error) {
    if (!(error instanceof DamagedError)) throw error;
    store.warn(`no more of artifacts is removed: ${messageChain(error)}`);
    return undefined;
  }
}
