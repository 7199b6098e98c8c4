import { DamagedError, NotFoundError, TspodError } from "../../errors.ts";
import type { Digest } from "../../oci/digest.ts";
import type { ImageConfig } from "../../oci/image-config.ts";
import type { Index, Manifest } from "../../oci/manifest.ts";
import { parseImageConfig } from "../../oci/parse-image-config.ts";
import { parseAnyManifest, parseIndex } from "../../oci/parse-manifest.ts";
import type { Store } from "../store.ts";
import { readBlobText } from "./blobs.ts";

/**
 * A manifest that is here.
 * @throws {NotFoundError} If it is not here.
 * @throws {DamagedError} If it is none any more.
 */
export function readManifest(store: Store, digest: Digest): Manifest {
  return read(store, digest, parseAnyManifest);
}

/** An index that is here, or a list of images. Throws as readManifest(). */
export function readIndexBlob(store: Store, digest: Digest): Index {
  return read(store, digest, parseIndex);
}

/** An image config that is here. Throws as readManifest(). */
export function readConfig(store: Store, digest: Digest): ImageConfig {
  return read(store, digest, parseImageConfig);
}

function read<T>(store: Store, digest: Digest, parse: (text: string) => T): T {
  const text = readBlobText(store, digest);
  try {
    return parse(text);
  } catch (cause) {
    if (!(cause instanceof TspodError) || cause instanceof NotFoundError) throw cause;
    throw new DamagedError(`blob "${digest}" is damaged (use \`tspod system check --repair\`)`, { cause });
  }
}
