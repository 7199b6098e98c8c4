import { rmSync } from "node:fs";
import { join } from "node:path";
import { type Digest, digestHex } from "../../oci/digest.ts";
import { anything, list } from "../../oci/shape.ts";
import type { Store } from "../store.ts";
import { readHint, writeHint } from "./hint.ts";

/** A repository that has had a blob: pulled from there, or pushed to there. */
export interface BlobPlace {
  /** `host[:port]` */
  readonly registry: string;
  readonly repository: string;
}

/** Places that are remembered of one blob. */
const MOST_PLACES = 16;

/**
 * Other places of a blob, the latest first: a registry can be asked to take the blob from there. It is only a
 * hint, since the blob may have gone. A file that can't be read counts as none.
 */
export function blobPlaces(store: Store, digest: Digest): BlobPlace[] {
  return (readHint(placesFile(store, digestHex(digest)), list(anything)) ?? []).filter(isPlace);
}

/** Remember a place. Of two processes that do at once one may be forgotten. */
export function recordBlobPlace(store: Store, digest: Digest, { registry, repository }: BlobPlace): void {
  const known = blobPlaces(store, digest);
  if (known[0]?.registry === registry && known[0].repository === repository) return;
  const others = known.filter((place) => place.registry !== registry || place.repository !== repository);
  const places = [{ registry, repository }, ...others].slice(0, MOST_PLACES);
  writeHint(store, placesFile(store, digestHex(digest)), places);
}

/** @param name of the blob's file */
export function forgetBlobPlaces(store: Store, name: string): void {
  rmSync(placesFile(store, name), { force: true });
}

function placesFile(store: Store, name: string): string {
  return join(store.root, "places", name);
}

function isPlace(value: unknown): value is BlobPlace {
  if (typeof value !== "object" || value === null) return false;
  const { registry, repository } = value as Partial<Record<keyof BlobPlace, unknown>>;
  return typeof registry === "string" && typeof repository === "string";
}
