import type { GoType } from "../go/type.ts";

/**
 * The fields that `podman volume inspect` and `volume ls` (5.8) have, as their templates see them.
 * @see https://github.com/containers/podman/blob/v5.8.2/libpod/define/volume_inspect.go
 */
export const volumeType: GoType = {
  struct: {
    Name: "string",
    Driver: "string",
    Mountpoint: "string",
    CreatedAt: "time",
    Status: { map: "any" },
    Labels: { map: "string" },
    Scope: "string",
    Options: { map: "string" },
    UID: "number",
    GID: "number",
    Anonymous: "bool",
    MountCount: "number",
    NeedsCopyUp: "bool",
    NeedsChown: "bool",
    Timeout: "number",
    StorageID: "string",
    LockNumber: "number",
  },
  names: { VolumeConfigResponse: "", InspectVolumeData: "" },
};
