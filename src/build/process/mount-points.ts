import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Digest, parseDigest } from "../../oci/digest.ts";
import { randomHex } from "../../storage/random-hex.ts";
import { openDestination } from "../files/destination.ts";
import type { Workshop } from "../run/workshop.ts";
import type { MountPoint } from "./run-mounts.ts";

/** What every container has something mounted on. */
const USUAL: readonly MountPoint[] = [
  ...["/proc", "/dev", "/sys"].map((path) => ({ path, isDirectory: true })),
  ...["/etc/hosts", "/etc/resolv.conf", "/etc/hostname", "/run/.containerenv"].map((path) => ({
    path,
    isDirectory: false,
  })),
];

export interface LaidMountPoints {
  /** What the layer is called that has them. It is to be the lowest. */
  readonly chainId: Digest;
  /** Where the mounts lead, from the root, without a slash in front. */
  readonly paths: readonly string[];
}

/**
 * A layer for the very bottom, with an empty file or directory for each mount: where the image has none, the
 * runtime finds it there, and makes nothing in the step's own layer that would have to be told from content.
 */
export function layMountPoints(
  { workshop, lowers }: { readonly workshop: Workshop; readonly lowers: readonly string[] },
  points: readonly MountPoint[],
): LaidMountPoints {
  const directory = workshop.directory("points");
  const path = join(directory, "fs");
  mkdirSync(path);
  using image = openDestination(workshop.directory("view"), lowers);
  const paths: string[] = [];
  for (const point of [...USUAL, ...points]) {
    const resolved = image.resolve(point.path);
    paths.push(resolved);
    const place = join(path, resolved);
    mkdirSync(point.isDirectory ? place : dirname(place), { recursive: true });
    if (!point.isDirectory) writeFileSync(place, "");
  }
  const chainId = parseDigest(`sha256:${randomHex(32)}`);
  workshop.show(chainId, directory);
  return { chainId, paths };
}
