import type { GoType } from "../go/type.ts";

/** What `info` and `version` say of a program. */
export const programVersionType: GoType = {
  struct: {
    APIVersion: "string",
    Version: "string",
    GoVersion: "string",
    GitCommit: "string",
    BuiltTime: "string",
    Built: "number",
    BuildOrigin: "string",
    OsArch: "string",
    Os: "string",
  },
};

/**
 * The fields that `podman version` (5.8) has, as its templates see them: the client's stand at the top as
 * well.
 */
export const versionType: GoType = {
  struct: { Client: { pointer: programVersionType }, Server: { pointer: programVersionType } },
};
