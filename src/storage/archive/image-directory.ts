import { TspodError } from "../../errors.ts";
import { digestHex, parseDigest } from "../../oci/digest.ts";
import type { Manifest } from "../../oci/manifest.ts";
import { mediaType } from "../../oci/media-type.ts";
import type { ArchiveImage } from "./archive-image.ts";
import { parseJson } from "./docker-archive.ts";
import type { TarIndex } from "./tar-index.ts";

const MANIFEST = "manifest.json";

/** The image of skopeo's `dir:`. @see containers-transports(5), "dir" */
export function readImageDirectory(files: TarIndex): ArchiveImage {
  const text = files.text(MANIFEST);
  const manifest = parseJson(text, MANIFEST) as Partial<Manifest>;
  if (manifest.config === undefined || manifest.layers === undefined)
    throw new TspodError(`damaged image: "${MANIFEST}" is no image manifest`);
  const layers = manifest.layers.map(({ digest: text }) => {
    const digest = parseDigest(text);
    const file = files.find(digestHex(digest));
    if (file === undefined) throw new TspodError(`damaged image: "${digestHex(digest)}" is not in it`);
    return { descriptor: { digest, size: file.size }, file };
  });
  const ofDocker = manifest.mediaType === mediaType.dockerManifest;
  return {
    names: [],
    manifest: text,
    manifestType: ofDocker ? mediaType.dockerManifest : mediaType.ociManifest,
    config: files.text(digestHex(parseDigest(manifest.config.digest))),
    layers,
  };
}
