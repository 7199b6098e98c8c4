import { TspodError } from "../../errors.ts";
import { digestHex } from "../../oci/digest.ts";
import type { Manifest } from "../../oci/manifest.ts";
import { mediaType } from "../../oci/media-type.ts";
import { parseAnyManifest } from "../../oci/parse-manifest.ts";
import type { ArchiveImage } from "./archive-image.ts";
import type { TarIndex } from "./tar-index.ts";

const MANIFEST = "manifest.json";

/** The image of skopeo's `dir:`. @see containers-transports(5), "dir" */
export function readImageDirectory(files: TarIndex): ArchiveImage {
  const text = files.text(MANIFEST);
  const manifest = parsed(text);
  const layers = manifest.layers.map(({ digest }) => {
    const file = files.find(digestHex(digest));
    if (file === undefined) throw new TspodError(`damaged image: "${digestHex(digest)}" is not in it`);
    return { descriptor: { digest, size: file.size }, file };
  });
  const ofDocker = manifest.mediaType === mediaType.dockerManifest;
  return {
    names: [],
    manifest: text,
    manifestType: ofDocker ? mediaType.dockerManifest : mediaType.ociManifest,
    config: files.text(digestHex(manifest.config.digest)),
    layers,
  };
}

function parsed(text: string): Manifest {
  try {
    return parseAnyManifest(text);
  } catch (cause) {
    throw new TspodError(`damaged image: "${MANIFEST}" is no image manifest`, { cause });
  }
}
