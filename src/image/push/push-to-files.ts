import { existsSync } from "node:fs";
import { join } from "node:path";
import { TspodError } from "../../errors.ts";
import type { ManifestKind } from "../../oci/convert-manifest.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import type { Digest } from "../../oci/digest.ts";
import { parseIndex } from "../../oci/parse-manifest.ts";
import type { ImagePlace } from "../../options/parse/image-place.ts";
import { openArchiveOutput, openDirectoryOutput } from "../../os/files/output-file.ts";
import { readSmallText } from "../../os/files/read-small-file.ts";
import { type SaveOptions, saveImages } from "../../storage/archive/save/save-images.ts";
import type { StoredImage } from "../../storage/images/stored-image.ts";
import { leaseContent } from "../../storage/storage-lock.ts";
import type { Store } from "../../storage/store.ts";

/** A place in files. Its path is absolute. */
export type FilePlace = Exclude<ImagePlace, { transport: "docker" | "containers-storage" }>;

export interface FilePushOptions {
  /** The path as the user typed it. */
  readonly asked: string;
  /** The name that the image has here: a docker-archive keeps it beside its own. */
  readonly name: string | undefined;
  /** For dir: whose manifest it gets; default: as it is stored. */
  readonly format?: ManifestKind | undefined;
  /** For dir: compress plain layers. */
  readonly compress: boolean;
  /** Told what is being done, a line each. */
  readonly note: (line: string) => void;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/**
 * Push an image to a directory or an archive. A layout keeps what it has already.
 * @returns the digest of its manifest there
 * @throws {TspodError} If it can't be written.
 */
export async function pushToFiles(
  store: Store,
  image: StoredImage,
  { place, ...options }: FilePushOptions & { readonly place: FilePlace },
): Promise<Digest | undefined> {
  // What is written must not be collected meanwhile.
  using _lease = await leaseContent(store);
  const { note, format, compress, asked, signal } = options;
  const names = namesFor(place, options.name);
  const save = (how: Pick<SaveOptions, "format" | "output" | "others">) => {
    note("Getting image source signatures");
    return saveImages(store, [{ image, names }], {
      ...how,
      layers: compress && place.transport === "dir" ? "gzip" : "stored",
      manifest: format ?? "stored",
      note,
      signal,
    });
  };
  if (place.transport === "dir" || place.transport === "oci") {
    const others = place.transport === "oci" ? layoutEntries(place.path, asked) : [];
    using directory = openDirectoryOutput(place.path);
    const format = place.transport === "oci" ? "oci-dir" : "docker-dir";
    const digest = await save({ format, output: place.path, others });
    directory.keep();
    return digest;
  }
  using file = archiveOutput(place, asked);
  const archive = place.transport === "docker-archive" ? "docker-archive" : "oci-archive";
  const digest = await save({ format: archive, output: file.write });
  file.keep();
  return digest;
}

function namesFor(place: FilePlace, own: string | undefined): string[] {
  if (place.transport === "dir") return [];
  const named = place.name === undefined ? [] : [place.name];
  if (place.transport !== "docker-archive" || own === undefined || own.includes("@")) return named;
  return [...new Set([...named, own])];
}

function archiveOutput(place: FilePlace, asked: string): ReturnType<typeof openArchiveOutput> {
  try {
    return openArchiveOutput(place.path, { asked, overwrite: place.transport === "oci-archive" });
  } catch (cause) {
    if (!(cause instanceof TspodError)) throw cause;
    throw new TspodError(`initializing destination ${place.transport}:${asked}`, { cause });
  }
}

/**
 * The entries of a layout's index.json.
 * @throws {TspodError} If the file is there, and is no index.
 */
function layoutEntries(path: string, asked: string): readonly Descriptor[] {
  const file = join(path, "index.json");
  if (!existsSync(file)) return [];
  try {
    return parseIndex(readSmallText(file)).manifests;
  } catch (cause) {
    throw new TspodError(`initializing destination oci:${asked}: reading "${file}"`, { cause });
  }
}
