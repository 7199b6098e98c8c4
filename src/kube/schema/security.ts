import { boolean, integer, list, object, oneOf, partlyWords, text, unsupported } from "./field.ts";

/** They change nothing without SELinux, as `--security-opt label=`. */
export const seLinuxOptions = object({ level: text, role: text, type: text, user: text });

export const seccompProfile = object(
  { type: oneOf("RuntimeDefault", "Unconfined", "Localhost"), localhostProfile: text },
  "type",
);

export const appArmorProfile = object(
  { type: oneOf("RuntimeDefault", "Unconfined", "Localhost"), localhostProfile: text },
  "type",
);

export const windowsOptions = unsupported("is for Windows");

export const podSecurityContext = object({
  appArmorProfile,
  fsGroup: integer,
  fsGroupChangePolicy: oneOf("Always", "OnRootMismatch"),
  runAsGroup: integer,
  runAsNonRoot: boolean,
  runAsUser: integer,
  seLinuxChangePolicy: unsupported("has no effect without SELinux", "MountOption", "Recursive"),
  seLinuxOptions,
  seccompProfile,
  supplementalGroups: list(integer),
  supplementalGroupsPolicy: partlyWords(
    ["Merge", "Strict"],
    ["Merge"],
    "is not carried out: the groups of the image's /etc/group are kept, as with Merge",
  ),
  sysctls: list(object({ name: text, value: text }, "name", "value")),
  windowsOptions,
});
