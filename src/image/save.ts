import { openArchiveOutput, openDirectoryOutput } from "../os/files/output-file.ts";
import type { NamedImage } from "../storage/archive/save/docker-archive.ts";
import { SAVE_FORMATS, type SaveOptions, saveImages as save } from "../storage/archive/save/save-images.ts";
import { appendEvent } from "../storage/events.ts";
import { adoptImage } from "../storage/images/adopt-image.ts";
import { leaseContent } from "../storage/storage-lock.ts";
import type { Store } from "../storage/store.ts";
import { imageEvent } from "./event.ts";

export type { NamedImage } from "../storage/archive/save/docker-archive.ts";

export interface ImageSaveOptions extends Pick<SaveOptions, "layers" | "note" | "counter"> {
  /** One of SAVE_FORMATS; any other is docker-archive. */
  readonly format: string;
  /** Where it goes: an absolute path, and that path as the user typed it; or what takes the bytes. */
  readonly output: { readonly path: string; readonly asked: string } | ((bytes: Uint8Array) => void);
  readonly signal: AbortSignal;
}

/**
 * Write images to an archive or a directory, with the event (podman-events(1): `save`). What a failure leaves
 * behind is removed.
 * @throws {TspodError} If it can't be written.
 */
export async function saveImages(
  store: Store,
  images: readonly NamedImage[],
  { output, ...options }: ImageSaveOptions,
): Promise<void> {
  const format = SAVE_FORMATS.find((each) => each === options.format) ?? "docker-archive";
  const how = { ...options, format };
  using _lease = images.some(({ image }) => image.readOnlyStore) ? await leaseContent(store) : undefined;
  for (const { image } of images) await adoptImage(store, image);
  if (typeof output === "function") await save(store, images, { ...how, output });
  else if (format.endsWith("-dir")) {
    using directory = openDirectoryOutput(output.path);
    await save(store, images, { ...how, output: output.path });
    directory.keep();
  } else {
    using file = openArchiveOutput(output.path, { asked: output.asked, overwrite: format === "oci-archive" });
    await save(store, images, { ...how, output: file.write });
    file.keep();
  }
  const name = typeof output === "function" ? "-" : output.asked;
  for (const { image } of images) appendEvent(store, imageEvent("save", { id: image.id, name }));
}
