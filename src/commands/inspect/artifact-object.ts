import { findArtifact } from "../../artifact/artifacts.ts";
import type { Call } from "../../cli/define-command.ts";
import type { FoundObject } from "./found-object.ts";

/** The artifact of that name, or of a digest that begins so. @throws {NotFoundError} If there is none. */
export function artifactObject({ store }: Pick<Call, "store">, nameOrDigest: string): FoundObject {
  const { name, digest, manifest } = findArtifact(store(), nameOrDigest);
  return {
    kind: "artifact",
    object: { Manifest: manifest, Name: name, Digest: digest },
    methods: { TotalSizeBytes: manifest.layers.reduce((sum, { size }) => sum + size, 0) },
  };
}
