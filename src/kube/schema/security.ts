import {
  boolean,
  integer,
  lenientObject,
  list,
  object,
  partlyWords,
  text,
  unsupported,
  wordsOr,
} from "./field.ts";

/** They change nothing without SELinux, as `--security-opt label=`. */
export const seLinuxOptions = object({ level: text, role: text, type: text, user: text });

export const seccompProfile = lenientObject(
  {
    type: wordsOr("is taken as RuntimeDefault", "RuntimeDefault", "Unconfined", "Localhost"),
    localhostProfile: text,
  },
  { type: "" },
);

export const appArmorProfile = lenientObject(
  {
    type: wordsOr("is taken as RuntimeDefault", "RuntimeDefault", "Unconfined", "Localhost"),
    localhostProfile: text,
  },
  { type: "" },
);

export const windowsOptions = unsupported("is for Windows");

export const podSecurityContext = object({
  appArmorProfile,
  fsGroup: integer,
  fsGroupChangePolicy: wordsOr("has no effect", "Always", "OnRootMismatch"),
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
