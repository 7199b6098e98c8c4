import type { PlatformTexts } from "../../options/asked-platform.ts";
import type { Env } from "../../os/env.ts";
import type { StoredImage } from "../../storage/images/stored-image.ts";
import type { Store } from "../../storage/store.ts";
import type { PullPolicy } from "../pull/pull.ts";
import type { RegistryOptions } from "../pull/pull-options.ts";

/** What the domain needs to know beyond the image itself; what costs something is asked for late. */
export interface ImageEngine {
  readonly store: Store;
  readonly env: Env;
  readonly signal: AbortSignal;
  /** Whether stderr is one: then progress is shown as bars. */
  readonly isTerminal: boolean;
  /** A line to stderr. */
  readonly warn: (line: string) => void;
}

export interface ImageRequest {
  /** As the user typed it. */
  readonly text: string;
  readonly policy: PullPolicy;
  readonly quiet: boolean;
  /** How registries are talked to. */
  readonly registry: Pick<
    RegistryOptions,
    "authFile" | "certDirectory" | "credentials" | "retry" | "signaturePolicy" | "tlsVerify"
  >;
  /** --platform, --os, --arch, --variant as given. */
  readonly platform: PlatformTexts;
  /** Called before anything is asked of a registry. */
  readonly beforePull: () => void;
}

export interface NamedImage {
  readonly stored: StoredImage;
  /** The full reference it was found by; its ID where it was found by that. */
  readonly name: string;
}
