import type { Descriptor } from "./descriptor.ts";
import type { Platform } from "./platform.ts";

/** By this annotation an entry of a list tells that layers of its image are compressed with zstd. */
const ZSTD = "io.github.containers.compression.zstd";

/** Whether an entry tells that layers of its image are compressed with zstd. */
export function isZstdEntry({ annotations = {} }: Descriptor): boolean {
  return annotations[ZSTD] === "true";
}

/** The entry, telling of zstd where one of the image's layers is compressed with it. */
export function tellingCompression(entry: Descriptor, layers: readonly Descriptor[]): Descriptor {
  if (!layers.some(({ mediaType }) => mediaType.endsWith("+zstd"))) return entry;
  return { ...entry, annotations: { ...entry.annotations, [ZSTD]: "true" } };
}

/** As containers/image sorts a list that copies were added to: what older clients can't read stands last. */
export function zstdLast(entries: readonly Descriptor[]): Descriptor[] {
  return [...entries.filter((entry) => !isZstdEntry(entry)), ...entries.filter(isZstdEntry)];
}

/**
 * Which of these compressions no entry of the same platform has yet, for each entry: the copies to be made of
 * its image. What is not known to be zstd counts as gzip, as for containers/image.
 */
export function missingCompressions<C extends string>(
  entries: readonly Descriptor[],
  wanted: readonly C[],
): Map<Descriptor, readonly C[]> {
  const known = new Map<string, Set<string>>();
  for (const entry of entries) {
    const names = known.get(platformKey(entry.platform)) ?? new Set();
    known.set(platformKey(entry.platform), names.add(isZstdEntry(entry) ? "zstd" : "gzip"));
  }
  const missing = new Map<Descriptor, readonly C[]>();
  for (const entry of entries) {
    const names = known.get(platformKey(entry.platform)) ?? new Set();
    const added = [...new Set(wanted)].filter((name) => !names.has(name));
    for (const name of added) names.add(name);
    missing.set(entry, added);
  }
  return missing;
}

function platformKey(platform: Platform | undefined): string {
  const { architecture = "", os = "", variant = "" } = platform ?? {};
  const features = [...(platform?.["os.features"] ?? [])].sort();
  return JSON.stringify([architecture, os, variant, platform?.["os.version"] ?? "", features]);
}
