import type { FlagTable } from "../../cli/flags/flag.ts";

/** Flags of whatever may pull: the platform that an image is chosen for. */
export const platformFlags = {
  arch: {
    type: "string",
    emptyIsAbsent: true,
    value: "ARCH",
    help: "Choose the image for this architecture, not that of this machine",
  },
  os: {
    type: "string",
    emptyIsAbsent: true,
    value: "OS",
    help: "Choose the image for this operating system",
  },
  platform: {
    type: "string",
    emptyIsAbsent: true,
    value: "OS[/ARCH[/VARIANT]]",
    help: "Choose the image for this platform",
  },
  variant: {
    type: "string",
    value: "VARIANT",
    help: "Choose the image for this variant of the architecture",
  },
} as const satisfies FlagTable;
