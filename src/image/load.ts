import { choosePlatform } from "../oci/choose-platform.ts";
import type { Platform } from "../oci/platform.ts";
import type { Env } from "../os/env.ts";
import { type LoadedImage, loadArchive } from "../storage/archive/load-archive.ts";
import { appendEvent } from "../storage/events.ts";
import type { Store } from "../storage/store.ts";
import { imageEvent } from "./event.ts";
import { archiveGate } from "./pull/check-archive.ts";

export interface ImageLoadOptions {
  /** The path as the user typed it; undefined: standard input. */
  readonly asked: string | undefined;
  readonly env: Env;
  /** What is chosen of an index. */
  readonly platform: Platform;
  /** --signature-policy, absolute. */
  readonly signaturePolicy: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * Load the images of an archive, and tell of it (podman-events(1): `loadfromarchive`).
 * @param source absolute path, or a stream
 * @throws {TspodError} If it is no archive of images, damaged, or not admitted by the policy.
 */
export async function loadImages(
  store: Store,
  source: Parameters<typeof loadArchive>[1],
  { asked, env, platform, signaturePolicy, signal }: ImageLoadOptions,
): Promise<LoadedImage[]> {
  const archive = typeof source === "string" ? source : undefined;
  const loaded = await loadArchive(store, source, {
    admit: archiveGate({ env, archive, signaturePolicy }),
    choose: (manifests) => choosePlatform(manifests, platform),
    signal,
  });
  appendEvent(store, imageEvent("loadfromarchive", { name: asked ?? "-" }));
  return loaded;
}
