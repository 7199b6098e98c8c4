import type { FlagTable } from "../../../cli/flags/flag.ts";

/** What the container may do. */
export const securityFlags = {
  "cap-add": {
    type: "list",
    split: true,
    value: "CAPABILITY",
    complete: "capability",
    help: "Add a capability, or ALL",
  },
  "cap-drop": {
    type: "list",
    split: true,
    value: "CAPABILITY",
    complete: "capability",
    help: "Take a capability away, or ALL",
  },
  privileged: {
    type: "boolean",
    help: "All capabilities, the host's devices, nothing masked; never more than the caller's own rights",
  },
  "security-opt": {
    type: "list",
    value: "OPTION",
    help: "Security: seccomp=FILE|unconfined, no-new-privileges, mask=PATHS, unmask=ALL|PATHS, label=…, apparmor=…",
  },
  "seccomp-policy": {
    type: "string",
    default: "default",
    value: "POLICY",
    help: "Where the seccomp profile comes from: default, or image",
  },
  "read-only": { type: "boolean", help: "Make the root filesystem read-only" },
  "read-only-tmpfs": {
    type: "boolean",
    default: true,
    help: "With --read-only, a writable tmpfs on /run, /tmp and /var/tmp",
  },
  secret: { type: "list", value: "NAME[,OPTION...]", help: "Give the container a secret" },
} as const satisfies FlagTable;
