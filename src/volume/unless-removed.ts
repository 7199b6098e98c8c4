import { existsSync } from "node:fs";
import { NotFoundError } from "../errors.ts";
import type { Store } from "../storage/store.ts";
import { volumeData } from "./volumes.ts";

/**
 * Reads or writes a volume that others may remove meanwhile: if it is gone when that has failed, the error
 * says so.
 * @throws {NotFoundError} `volume NAME was removed meanwhile`
 */
export async function unlessVolumeRemoved(
  { store, name }: { readonly store: Store; readonly name: string },
  operation: () => Promise<void>,
): Promise<void> {
  try {
    await operation();
  } catch (error) {
    if (existsSync(volumeData(store, name)) || (error instanceof Error && error.name === "AbortError"))
      throw error;
    throw new NotFoundError(`volume ${name} was removed meanwhile`);
  }
}
