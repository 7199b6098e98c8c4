import { statfsSync } from "node:fs";
import { TspodError } from "../../errors.ts";
import { type Descriptor, totalSize } from "../../oci/descriptor.ts";

const FULL = new Set(["ENOSPC", "EDQUOT"]);

/** Whether an error, or one of its causes, says that the file system or quota is full. */
export function isDiskFull(error: unknown): boolean {
  for (let e: unknown = error; e instanceof Error; e = e.cause) {
    if (FULL.has((e as NodeJS.ErrnoException).code ?? "")) return true;
  }
  return false;
}

/**
 * The error for a full disk.
 * @param room bytes that were free in the store before the pull began
 * @param blobs what was to be stored there
 */
export function diskFullError(root: string, blobs: readonly Descriptor[], room: number): TspodError {
  return new TspodError(
    `no space left on device: the image needs ${megabytes(totalSize(blobs))} compressed and several times that unpacked, "${root}" had ${megabytes(room)} free`,
  );
}

/**
 * Fail before the download where not even the compressed layers fit.
 * @param missing blobs that are not here yet
 * @returns bytes that are free in the store
 * @throws {TspodError} If there is less room than that.
 */
export function checkRoom(root: string, missing: readonly Descriptor[]): number {
  const { bavail, bsize } = statfsSync(root);
  const room = bavail * bsize;
  if (totalSize(missing) > room) throw diskFullError(root, missing, room);
  return room;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)}MB`;
}
