import type { FlagTable, FlagValues } from "../../cli/flags/flag.ts";
import { UsageError } from "../../errors.ts";
import { parsePlatform } from "../../oci/choose-platform.ts";

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

/** What was asked for; empty: this machine's platform. */
export interface AskedPlatform {
  readonly os?: string;
  readonly architecture?: string;
  readonly variant?: string;
}

/** @throws {UsageError} If --platform stands beside what it says itself. */
export function askedPlatform({
  arch,
  os,
  platform,
  variant,
}: FlagValues<typeof platformFlags>): AskedPlatform {
  if (platform === undefined) {
    return {
      ...(os !== undefined && { os }),
      ...(arch !== undefined && { architecture: arch }),
      ...(variant !== undefined && { variant }),
    };
  }
  if (arch !== undefined || os !== undefined || variant !== undefined) {
    throw new UsageError("--platform option can not be specified with --arch, --os or --variant");
  }
  return parsePlatform(platform);
}
