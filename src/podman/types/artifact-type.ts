import type { GoFields, GoType } from "../go/type.ts";

const descriptor: GoFields = {
  MediaType: "string",
  Digest: "string",
  Size: "number",
  URLs: { slice: "string" },
  Annotations: { map: "string" },
  Data: "string",
  ArtifactType: "string",
};

/**
 * The fields that `podman artifact inspect` (5.8) has, as its templates see them. TotalSizeBytes is a method
 * there.
 * @see https://github.com/opencontainers/image-spec/blob/main/specs-go/v1/manifest.go
 */
export const artifactType: GoType = {
  struct: {
    Manifest: {
      struct: {
        SchemaVersion: "number",
        MediaType: "string",
        ArtifactType: "string",
        Config: { struct: descriptor },
        Layers: { slice: { struct: descriptor } },
        Subject: { pointer: { struct: descriptor } },
        Annotations: { map: "string" },
      },
    },
    Name: "string",
    Digest: "string",
    TotalSizeBytes: "number",
  },
};
