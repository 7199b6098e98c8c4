import type { GoType } from "../go/type.ts";
import { healthCheckType } from "./container-type.ts";

const strings: GoType = { slice: "string" };

/**
 * The fields that `podman image inspect` (5.8) has, as its templates see them.
 * @see https://github.com/containers/common/blob/v0.64.0/libimage/inspect.go
 */
export const imageType: GoType = {
  struct: {
    ID: "string",
    Digest: "string",
    RepoTags: strings,
    RepoDigests: strings,
    Parent: "string",
    Comment: "string",
    Created: { pointer: "time" },
    Config: {
      pointer: {
        struct: {
          User: "string",
          ExposedPorts: { map: "any" },
          Env: strings,
          Entrypoint: strings,
          Cmd: strings,
          Volumes: { map: "any" },
          WorkingDir: "string",
          Labels: { map: "string" },
          StopSignal: "string",
          ArgsEscaped: "bool",
        },
      },
    },
    Version: "string",
    Author: "string",
    Architecture: "string",
    Os: "string",
    Size: "number",
    VirtualSize: "number",
    GraphDriver: { pointer: { struct: { Name: "string", Data: { map: "string" } } } },
    RootFS: { pointer: { struct: { Type: "string", Layers: strings } } },
    Labels: { map: "string" },
    Annotations: { map: "string" },
    ManifestType: "string",
    User: "string",
    History: {
      slice: {
        struct: {
          Created: { pointer: "time" },
          CreatedBy: "string",
          Author: "string",
          Comment: "string",
          EmptyLayer: "bool",
        },
      },
    },
    NamesHistory: strings,
    HealthCheck: healthCheckType,
  },
};
