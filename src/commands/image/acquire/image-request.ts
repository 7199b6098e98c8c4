import type { PullPolicy } from "../../../image/pull/pull.ts";
import type { StoredImage } from "../../../storage/images/image-store.ts";

export interface ImageRequest {
  /** As the user typed it. */
  readonly text: string;
  readonly policy: PullPolicy;
  readonly quiet: boolean;
  readonly tlsVerify?: boolean | undefined;
  readonly authFile?: string | undefined;
  /** --signature-policy, absolute. */
  readonly signaturePolicy?: string | undefined;
  readonly platform: PlatformRequest;
  /** Called before anything is asked of a registry. */
  readonly beforePull: () => void;
}

/** --platform, --os, --arch, --variant as given. */
export interface PlatformRequest {
  readonly text: string | undefined;
  readonly os: string | undefined;
  readonly architecture: string | undefined;
  readonly variant: string | undefined;
}

export interface NamedImage {
  readonly stored: StoredImage;
  /** The full reference it was found by; its ID where it was found by that. */
  readonly name: string;
}
