import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { TspodError } from "../../errors.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { isDigest } from "../../oci/digest.ts";
import { parseIndex, parseManifest } from "../../oci/parse-manifest.ts";
import { hasBlob } from "../../storage/blobs/blobs.ts";
import { listContainerRecords } from "../../storage/containers/container-directory.ts";
import { describeImage } from "../../storage/images/image-changes.ts";
import { IMAGE_ID, nameOf, withName, writeIndex } from "../../storage/images/image-layout.ts";
import type { Store } from "../../storage/store.ts";

/** Manifests have a few thousand bytes; containers/image takes 4 MiB. */
const MANIFEST_MAX = 4 * 1024 * 1024;

/**
 * Make index.json of what is here: what can still be read in the damaged one, and the manifests whose image
 * is here as a whole; their names as far as containers were made with them. The caller holds the storage lock
 * exclusively.
 * @param damaged absolute path of the damaged one
 * @returns how many entries there are now
 */
export async function rebuildIndex(store: Store, damaged: string): Promise<number> {
  const saved = salvaged(textOf(damaged)).filter((entry) => hasBlob(store, entry));
  const known = new Set(saved.map(({ digest }) => digest));
  const found = (await manifestsOf(store)).filter(({ digest }) => !known.has(digest));
  const entries = named(store, [...saved, ...found]);
  writeIndex(store, entries);
  return entries.length;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // a directory, or not to be read
  }
}

/** tspod writes each entry as one object with annotations that are texts: those before a cut are whole. */
const ENTRY = /\{"mediaType":"[^"]*","digest":"sha256:[0-9a-f]{64}"[^{}]*(?:\{[^{}]*\}[^{}]*)*\}/g;

function salvaged(text: string): readonly Descriptor[] {
  return (text.match(ENTRY) ?? []).flatMap((entry) => {
    try {
      return parseIndex(`{"manifests":[${entry}]}`).manifests;
    } catch (error) {
      if (error instanceof TspodError) return [];
      throw error;
    }
  });
}

/** Entries, without names, of all images that are here as a whole. */
async function manifestsOf(store: Store): Promise<Descriptor[]> {
  const blobs = join(store.images, "blobs", "sha256");
  const found: Descriptor[] = [];
  for (const name of readdirSync(blobs)) {
    const entry = await entryOf(store, `sha256:${name}`, join(blobs, name));
    if (entry !== undefined) found.push(entry);
  }
  return found;
}

/** undefined for another blob, or an image that isn't whole. */
async function entryOf(store: Store, digest: string, path: string): Promise<Descriptor | undefined> {
  const { size } = statSync(path);
  if (!isDigest(digest) || size > MANIFEST_MAX) return undefined;
  try {
    const content = readFileSync(path);
    if (content[0] !== 0x7b) return undefined; // no object
    const { kind, mediaType } = parseManifest(content, "");
    return kind === "manifest" ? await describeImage(store, { mediaType, digest, size }, []) : undefined;
  } catch (error) {
    if (error instanceof TspodError) return undefined;
    throw error;
  }
}

/** With the names that containers were made with, where no entry has them. */
function named(store: Store, entries: readonly Descriptor[]): Descriptor[] {
  const taken = new Set(entries.map(nameOf));
  const images = listContainerRecords(store).flatMap(({ image }) => image ?? []);
  const more = images.flatMap(({ id, name }) => {
    const entry = entries.find(({ annotations }) => annotations?.[IMAGE_ID] === id);
    if (entry === undefined || name === "" || taken.has(name)) return [];
    taken.add(name);
    return [withName(entry, name)];
  });
  const withNames = new Set([...entries, ...more].filter(nameOf).map(({ digest }) => digest));
  return [...entries.filter((entry) => nameOf(entry) !== undefined || !withNames.has(entry.digest)), ...more];
}
