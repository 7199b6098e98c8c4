import type { Platform } from "../../oci/platform.ts";
import type { TransferCounter } from "../../options/format-transfer.ts";
import type { RegistryOptions } from "../../registry/registry-options.ts";
import type { PullPolicy } from "./pull-policy.ts";
import type { PullProgress } from "./pull-progress.ts";

export type { RegistryOptions } from "../../registry/registry-options.ts";

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
  /** For what comes of files. */
  readonly counter?: TransferCounter | undefined;
  readonly signal?: AbortSignal;
}
