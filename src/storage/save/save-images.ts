import type { Store } from "../store.ts";
import { type NamedImage, saveDockerArchive } from "./docker-archive.ts";
import { directoryTarget, type SaveTarget, tarTarget } from "./save-target.ts";
import { type LayerForm, saveDockerDirectory, saveOciLayout } from "./with-manifest.ts";

export type { NamedImage } from "./docker-archive.ts";
export type { LayerForm } from "./with-manifest.ts";

export const SAVE_FORMATS = ["oci-dir", "oci-archive", "docker-dir", "docker-archive"] as const;
export type SaveFormat = (typeof SAVE_FORMATS)[number];

export interface SaveOptions {
  readonly format: SaveFormat;
  /** For all formats but docker-archive, whose layers are plain. */
  readonly layers: LayerForm;
  /** Absolute path of a directory for the formats that are one; else takes the archive's bytes, in order. */
  readonly output: string | ((bytes: Uint8Array) => void);
  /** Told what is being done, a line each. */
  readonly note: (line: string) => void;
}

/**
 * Write images to an archive or directory. The image ID is the same wherever it is loaded; with OCI formats its manifest and
 * layers are, byte for byte.
 * @param images one; several for docker-archive only
 * @throws {TspodError} If a layer's blob is not here.
 */
export async function saveImages(
  store: Store,
  images: readonly NamedImage[],
  { format, layers, output, note }: SaveOptions,
): Promise<void> {
  const target: SaveTarget = typeof output === "string" ? directoryTarget(output) : tarTarget(output);
  if (format === "docker-archive") await saveDockerArchive(store, images, { target, note });
  else {
    const save = format === "docker-dir" ? saveDockerDirectory : saveOciLayout;
    for (const image of images) await save(store, image, { target, layers, note });
  }
  target.end();
  note("Storing signatures");
}
