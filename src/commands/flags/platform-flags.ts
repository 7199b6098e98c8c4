import type { FlagTable } from "../../cli/flags/flag.ts";

/** Flags of whatever may pull: the platform that an image is chosen for. */
export const platformFlags = {
  arch: { type: "string", value: "ARCH", help: "Choose the image for this architecture, not this machine's" },
  os: { type: "string", value: "OS", help: "Choose the image for this operating system" },
  platform: { type: "string", value: "OS[/ARCH[/VARIANT]]", help: "Choose the image for this platform" },
  variant: {
    type: "string",
    value: "VARIANT",
    help: "Choose the image for this variant of the architecture",
  },
} as const satisfies FlagTable;
