import type { Artifact } from "../storage/artifacts/artifacts.ts";

/** The artifacts of a store, for front ends. */
export {
  type Artifact,
  findArtifact,
  listArtifacts,
  removeArtifacts,
} from "../storage/artifacts/artifacts.ts";

/** Bytes of all files, those that artifacts share once. */
export function artifactsSize(artifacts: readonly Artifact[]): number {
  const sizes = new Map(
    artifacts.flatMap(({ manifest }) => manifest.layers.map(({ digest, size }) => [digest, size] as const)),
  );
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}
