import type { Platform } from "../../oci/platform.ts";
import type { RegistryOptions } from "../../registry/registry-options.ts";
import type { PullProgress } from "./pull-progress.ts";

/** When to ask the registry: podman's --pull. */
export type PullPolicy = "missing" | "always" | "newer" | "never";

export interface PullOptions extends RegistryOptions {
  /**
   * What images are chosen for: wantedPlatform(hostPlatform(process.arch), asked) of
   * src/oci/choose-platform.ts.
   */
  readonly platform: Platform;
  /** Whether the user asked for that platform: then an image that is here must fit it. */
  readonly platformAsked?: boolean;
  /** Default "missing". */
  readonly policy?: PullPolicy;
  /** Default: silence. */
  readonly progress?: PullProgress;
  readonly signal?: AbortSignal;
}
