import { UsageError } from "../errors.ts";
import { parsePlatform } from "../oci/choose-platform.ts";

/** The texts of --os, --arch, --variant and --platform. */
export interface PlatformTexts {
  readonly os: string | undefined;
  readonly arch: string | undefined;
  readonly variant: string | undefined;
  readonly platform: string | undefined;
}

/** What was asked for; empty: this machine's platform. */
export interface AskedPlatform {
  readonly os?: string;
  readonly architecture?: string;
  readonly variant?: string;
}

/** @throws {UsageError} If --platform stands beside what it says itself. */
export function askedPlatform({ arch, os, platform, variant }: PlatformTexts): AskedPlatform {
  if (platform === undefined) {
    return {
      ...(os !== undefined && { os }),
      ...(arch !== undefined && { architecture: arch }),
      ...(variant !== undefined && { variant }),
    };
  }
  if (arch !== undefined || os !== undefined || variant !== undefined) {
    throw new UsageError("--platform option can not be specified with --arch or --os");
  }
  return parsePlatform(platform);
}
