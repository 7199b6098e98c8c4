import { statfsSync } from "node:fs";
import { TspodError } from "../errors.ts";
import type { Descriptor } from "../oci/descriptor.ts";

const FULL = new Set(["ENOSPC", "EDQUOT"]);

/** Whether an error, or one of its causes, says that the file system or quota is full. */
export function isDiskFull(error: unknown): boolean {
  for (let e: unknown = error; e instanceof Error; e = e.cause) {
    if (FULL.has((e as NodeJS.ErrnoException).code ?? "")) return true;
  }
  return false;
}

/**
 * What to tell the user when the disk is full.
 * @param root absolute path of the store
 * @param blobs what was to be stored there
 */
export function diskFullError(root: string, blobs: readonly Descriptor[]): TspodError {
  const needed = blobs.reduce((sum, { size }) => sum + size, 0);
  return new TspodError(
    `no space left on device: the image has ${megabytes(needed)} compressed and takes several times that unpacked, "${root}" has ${megabytes(freeBytes(root))} free`,
  );
}

/**
 * Fail before the download where not even the compressed layers fit.
 * @param missing blobs that are not here yet
 * @throws {TspodError} If there is less room than that.
 */
export function checkRoom(root: string, missing: readonly Descriptor[]): void {
  const needed = missing.reduce((sum, { size }) => sum + size, 0);
  if (needed > freeBytes(root)) throw diskFullError(root, missing);
}

function freeBytes(root: string): number {
  const { bavail, bsize } = statfsSync(root);
  return bavail * bsize;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)}MB`;
}
