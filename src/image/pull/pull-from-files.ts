import { isAbsolute, resolve } from "node:path";
import { TspodError } from "../../errors.ts";
import { choosePlatform } from "../../oci/choose-platform.ts";
import { type ImagePlace, parseImagePlace } from "../../options/parse/image-place.ts";
import { openArchive } from "../../storage/archive/archive-file.ts";
import { indexDirectory } from "../../storage/archive/directory-index.ts";
import { readDockerArchive } from "../../storage/archive/docker-archive.ts";
import { readImageDirectory } from "../../storage/archive/image-directory.ts";
import {
  type FoundImage,
  fullName,
  type LoadedImage,
  localName,
  storeImages,
} from "../../storage/archive/load-archive.ts";
import { ociEntries, readOciImage } from "../../storage/archive/oci-archive.ts";
import { indexTar, type TarIndex } from "../../storage/archive/tar-index.ts";
import type { Store } from "../../storage/store.ts";
import { archiveGate } from "./check-archive.ts";
import type { PullOptions } from "./pull-options.ts";

/** An image, or several, in a file or a directory. */
export type FilePlace = Exclude<ImagePlace, { transport: "docker" | "containers-storage" }>;

/**
 * Store what `dir:PATH`, `oci:PATH[:NAME]`, `oci-archive:PATH[:NAME]` or `docker-archive:PATH[:NAME]` names,
 * as podman does: an archive keeps its names, what comes of a directory has none but that which was asked
 * for. The heavy half of pullImagesOfFiles()
 * in pull.ts.
 * @throws {TspodError} If it is not there, damaged, or not admitted by the policy.
 */
export async function pullFromFiles(
  store: Store,
  text: string,
  options: PullOptions,
): Promise<LoadedImage[]> {
  const place = parseImagePlace(text);
  if (place.transport === "docker" || place.transport === "containers-storage")
    throw new Error(`"${text}" is not in files`);
  return await pullFromPlace(store, place, options);
}

/** As pullFromFiles(), of a place that was read already: a path may have a colon in it. */
export async function pullFromPlace(
  store: Store,
  place: FilePlace,
  options: PullOptions,
): Promise<LoadedImage[]> {
  const path = isAbsolute(place.path) ? place.path : resolve(place.path);
  const { env, signaturePolicy, progress, signal, counter } = options;
  const admit = archiveGate({ env, archive: path, ...(signaturePolicy && { signaturePolicy }) });
  const read = { place, options };
  const stored = {
    admit,
    counter,
    ...(progress !== undefined && { note: progress.note }),
    ...(signal !== undefined && { signal }),
  };
  if (place.transport === "dir" || place.transport === "oci") {
    const first = place.transport === "dir" ? "manifest.json" : "index.json";
    const files = indexDirectory(path, { first, asked: place.path });
    return storeImages(store, files, { ...stored, found: await readPlace(files, read) });
  }
  using archive = await openArchive(store, path, { signal });
  const files = indexTar(archive.fd);
  return await storeImages(store, files, { ...stored, found: await readPlace(files, read) });
}

async function readPlace(
  files: TarIndex,
  { place, options }: { place: FilePlace; options: PullOptions },
): Promise<FoundImage[]> {
  if (place.transport === "docker-archive") return readNamed(files, place);
  if (place.transport === "dir") {
    const image = readImageDirectory(files);
    return [{ image, transport: "dir", names: [] }];
  }
  const { name, transport } = place;
  const entries = ociEntries(files);
  const fitting = name === undefined ? entries : entries.filter(({ names }) => names.includes(name));
  const [entry] = fitting;
  if (entry === undefined) throw new TspodError(`no descriptor found for reference "${name}"`);
  if (fitting.length > 1) throw new TspodError("more than one image in oci, choose an image");
  const image = readOciImage(files, entry, (manifests) => choosePlatform(manifests, options.platform));
  const ownNames = transport === "oci" ? [] : image.names;
  const names = name === undefined ? ownNames : [name];
  return [{ image, transport, names: names.map(localName) }];
}

async function readNamed(
  files: TarIndex,
  { name, index }: Extract<FilePlace, { transport: "docker-archive" }>,
): Promise<FoundImage[]> {
  const found = (await readDockerArchive(files)).map(
    (image): FoundImage => ({
      image,
      transport: "docker-archive",
      names: image.names.map(fullName),
    }),
  );
  if (index !== undefined) {
    const wanted = found[index];
    if (wanted === undefined)
      throw new TspodError(`Invalid source index @${index}, only ${found.length} manifest items available`);
    return [wanted];
  }
  if (name === undefined) return found;
  const wanted = found.find(({ names }) => names.includes(name));
  if (wanted === undefined) throw new TspodError(`Tag "${name}" not found`);
  return [{ ...wanted, names: [name] }];
}
