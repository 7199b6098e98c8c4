import type { FlagTable } from "../../../cli/flags/flag.ts";
import { connectionFlags, retryFlags } from "../registry-flags.ts";

/** Which image, and how it is pulled. They are no part of CreateOptions. */
export const imageFlags = {
  pull: {
    type: "string",
    emptyIsAbsent: true,
    default: "missing",

    value: "POLICY",
    help: "When to pull the image: missing, always, never, newer",
  },
  quiet: { type: "boolean", short: "q", help: "Don't show the progress of a pull" },
  platform: {
    type: "string",
    emptyIsAbsent: true,
    value: "OS/ARCH[/VARIANT]",
    help: "Platform to choose the image for",
  },
  arch: {
    type: "string",
    aliases: ["override-arch"],
    emptyIsAbsent: true,
    value: "ARCH",
    help: "Architecture to choose the image for",
  },
  os: {
    type: "string",
    aliases: ["override-os"],
    emptyIsAbsent: true,
    value: "OS",
    help: "Operating system to choose the image for",
  },
  variant: {
    type: "string",
    aliases: ["override-variant"],
    value: "VARIANT",
    help: "Variant of the architecture to choose the image for",
  },
  ...connectionFlags,
  ...retryFlags,
  "signature-policy": {
    type: "string",
    value: "PATH",
    complete: "file",
    hidden: true,
    help: "Use this signature policy instead of policy.json",
  },
  "disable-content-trust": { type: "boolean", hidden: true, help: "Ignored: a flag of Docker" },
} as const satisfies FlagTable;
