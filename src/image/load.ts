import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { TspodError } from "../errors.ts";
import { choosePlatform } from "../oci/choose-platform.ts";
import type { Platform } from "../oci/platform.ts";
import type { TransferCounter } from "../options/format-transfer.ts";
import type { Env } from "../os/env.ts";
import { type LoadedImage, loadArchive } from "../storage/archive/load-archive.ts";
import { appendEvent } from "../storage/events.ts";
import type { Store } from "../storage/store.ts";
import { imageEvent } from "./event.ts";
import { archiveGate } from "./pull/check-archive.ts";
import type { FilePlace } from "./pull/pull-from-files.ts";

export interface ImageLoadOptions {
  /** The path as the user typed it; undefined: standard input. */
  readonly asked: string | undefined;
  readonly env: Env;
  /** What is chosen of an index. */
  readonly platform: Platform;
  /** --signature-policy, absolute. */
  readonly signaturePolicy: string | undefined;
  readonly signal: AbortSignal;
  /** Told what is being done, a line each. */
  readonly note: (line: string) => void;
  readonly counter?: TransferCounter | undefined;
}

/**
 * Load the images of an archive or directory (an OCI layout, or skopeo's `dir:`), with events
 * (podman-events(1): `loadfromarchive`).
 * @param source absolute path, or a stream
 * @throws {TspodError} If it is no archive of images, damaged, or not admitted by the policy.
 */
export async function loadImages(
  store: Store,
  source: Parameters<typeof loadArchive>[1],
  { asked, env, platform, signaturePolicy, signal, note, counter }: ImageLoadOptions,
): Promise<LoadedImage[]> {
  if (typeof source === "string" && isDirectory(source)) {
    const { pullFromPlace } = await import("./pull/pull-from-files.ts");
    const loaded = await pullFromPlace(store, directoryPlace(asked ?? source), {
      env,
      platform,
      signal,
      counter,
      ...(signaturePolicy !== undefined && { signaturePolicy }),
    });
    appendEvent(store, imageEvent("loadfromarchive", { name: asked ?? source }));
    return loaded;
  }
  const archive = typeof source === "string" ? source : undefined;
  const loaded = await loadArchive(store, source, {
    admit: archiveGate({ env, archive, signaturePolicy }),
    choose: (manifests) => choosePlatform(manifests, platform),
    note,
    signal,
    counter,
  });
  appendEvent(store, imageEvent("loadfromarchive", { name: asked ?? "-" }));
  return loaded;
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/**
 * @param path as the user typed it: a relative one is what the image is called by
 * @throws {TspodError} If it is neither kind of directory.
 */
function directoryPlace(path: string): FilePlace {
  if (existsSync(join(path, "oci-layout"))) return { transport: "oci", path, name: undefined };
  if (existsSync(join(path, "manifest.json"))) return { transport: "dir", path };
  throw new TspodError(
    `payload does not match any of the supported image formats: neither "oci-layout" nor "manifest.json" is in "${path}"`,
  );
}
