import { TspodError } from "../errors.ts";
import type { Platform } from "../oci/platform.ts";
import type { StoredImage } from "../storage/image-store.ts";
import type { Store } from "../storage/store.ts";

/** When to ask the registry: podman's --pull. */
export type PullPolicy = "missing" | "always" | "newer" | "never";

/** What a pull says on its way; src/image/progress.ts shows it. */
export interface PullProgress {
  /** The registry is asked for this image: `docker.io/library/alpine:latest`. */
  trying(reference: string): void;
  /** Something the user should know that stops nothing, one line. */
  note(line: string): void;
  /** The manifest is there: blobs follow. */
  sources(): void;
  /** A blob begins (offset: bytes that are already here); the returned functions count and end it. */
  blob(blob: {
    readonly kind: "blob" | "config";
    readonly digest: string;
    readonly size: number;
    readonly offset: number;
    readonly present: boolean;
  }): BlobProgress;
  /** All blobs are there; the image becomes visible. */
  writing(): void;
  /** Show nothing more: after success and after failure. */
  end(): void;
}

export interface BlobProgress {
  advance(bytes: number): void;
  /** The download starts again after a failure, with `offset` bytes kept. */
  restart(offset: number): void;
  done(): void;
}

/** Where the registry client reads its configuration, and with what it talks. */
export interface RegistryOptions {
  /** HOME, XDG_*, REGISTRY_AUTH_FILE, CONTAINERS_REGISTRIES_CONF, *_PROXY, PATH are read from it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** --authfile */
  readonly authFile?: string;
  /** --creds, `USER[:PASSWORD]` already taken apart. */
  readonly credentials?: { readonly username: string; readonly password: string };
  /** --cert-dir */
  readonly certDirectory?: string;
  /** --tls-verify; undefined: what registries.conf says. */
  readonly tlsVerify?: boolean;
}

export interface PullOptions extends RegistryOptions {
  /** What images are chosen for; wantedPlatform(hostPlatform(process.arch), asked) of src/oci/choose-platform.ts. */
  readonly platform: Platform;
  /** Whether the user asked for that platform by a flag: then an image that is here must fit it. */
  readonly platformAsked?: boolean;
  readonly policy?: PullPolicy;
  readonly progress?: PullProgress;
  readonly signal?: AbortSignal;
}

/**
 * The image that `text` (a name, full or short, `docker://…` too) stands for, from the store or from its
 * registry. Nothing is visible in the store before all of it is verified; what a failed pull got stays as partial
 * blobs, and the next pull goes on from there. Repeatable; two pulls of the same image share the download.
 * @throws {NotFoundError} If the policy is "never" and the image is not here.
 * @throws {TspodError} If it can't be had: one line that says why.
 */
export async function pullImage(_store: Store, text: string, _options: PullOptions): Promise<StoredImage> {
  throw new TspodError(`pulling "${text}" is not built yet`);
}
