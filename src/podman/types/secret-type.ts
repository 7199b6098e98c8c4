import type { GoType } from "../go/type.ts";

/**
 * The fields that `podman secret inspect` (5.8) has, as its templates see them.
 * @see https://github.com/containers/podman/blob/v5.8.2/pkg/domain/entities/types/secrets.go
 */
export const secretType: GoType = {
  struct: {
    ID: "string",
    CreatedAt: "time",
    UpdatedAt: "time",
    Spec: {
      struct: {
        Name: "string",
        Driver: { struct: { Name: "string", Options: { map: "string" } } },
        Labels: { map: "string" },
      },
    },
    SecretData: "string",
  },
};
