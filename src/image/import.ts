import { createReadStream, openSync, statSync } from "node:fs";
import type { Readable } from "node:stream";
import { NotFoundError, TspodError } from "../errors.ts";
import type { ImageProcessConfig } from "../oci/image-config.ts";
import type { Platform } from "../oci/platform.ts";
import type { Env } from "../os/env.ts";
import { hasCode } from "../os/system-error.ts";
import { appendEvent } from "../storage/events.ts";
import { createImage } from "../storage/images/new-image.ts";
import type { StoredImage } from "../storage/images/stored-image.ts";
import { addLayer } from "../storage/layers/new-layer.ts";
import { leaseContent } from "../storage/storage-lock.ts";
import type { Store } from "../storage/store.ts";
import { imageEvent } from "./event.ts";

export interface ImportOptions {
  /** Full reference; absent: the image is known by its ID only. */
  readonly name?: string | undefined;
  readonly process: ImageProcessConfig;
  readonly platform: Platform;
  /** For the history. */
  readonly comment: string;
  /** RFC 3339. */
  readonly created: string;
  readonly signal: AbortSignal;
  /** Told what is being done, a line each. */
  readonly note: (line: string) => void;
}

/**
 * Make an image of one layer out of a tar of a root file system, compressed or not. Its event is that of its
 * name, as Podman has it (podman-events(1): `tag`).
 * @throws {TspodError} If it is no tar.
 */
export async function importImage(
  store: Store,
  tar: AsyncIterable<Uint8Array>,
  { name, process, platform, comment, created, signal, note }: ImportOptions,
): Promise<StoredImage> {
  using _lease = await leaseContent(store);
  note("Getting image source signatures");
  const { descriptor, diffId } = await addLayer(store, tar, { below: [], signal });
  note(`Copying blob ${diffId}`);
  const source = diffId.replace("sha256:", "file:");
  const image = await createImage(store, {
    name,
    layers: [descriptor],
    config: {
      created,
      ...platform,
      config: process,
      rootfs: { type: "layers", diff_ids: [diffId] },
      history: [{ created, created_by: `/bin/sh -c #(nop) ADD ${source} in /`, comment }],
    },
  });
  note(`Copying config ${image.id}`);
  note("Writing manifest to image destination");
  if (name !== undefined) appendEvent(store, imageEvent("tag", { id: image.id, name }));
  return image;
}

/**
 * @param path absolute
 * @param asked as the user typed it
 * @returns its bytes, and how many there are: 0 where that is not known beforehand
 * @throws {NotFoundError} If it is not there.
 * @throws {TspodError} If it can't be opened, or is a directory.
 */
export function openTarFile(
  path: string,
  asked: string,
): { readonly size: number; readonly stream: Readable } {
  try {
    if (asked === "") throw new NotFoundError("open : no such file or directory");
    const status = statSync(path);
    if (status.isDirectory()) throw new TspodError(`read ${asked}: is a directory`);
    return { size: status.size, stream: createReadStream("", { fd: openSync(path, "r") }) };
  } catch (cause) {
    if (hasCode(cause, "ENOENT"))
      throw new NotFoundError(`error opening "${asked}": open ${asked}: no such file or directory`);
    throw new TspodError(`error opening "${asked}"`, { cause });
  }
}

export interface DownloadOptions {
  readonly env: Env;
  readonly signal: AbortSignal;
  /** Called once, before the first bytes. Names are in lower case. */
  readonly onHeaders?: (headers: Readonly<Record<string, string | string[] | undefined>>) => void;
}

/**
 * The bytes behind an http or https URL, by a proxy where the environment names one.
 * @throws {TspodError} `downloading URL: …` If there is no answer, or none that is a success.
 */
export async function* download(
  url: string,
  { env, signal, onHeaders }: DownloadOptions,
): AsyncGenerator<Uint8Array> {
  const { openTransport } = await import("../registry/transport.ts");
  const { host, protocol } = new URL(url);
  await using transport = await openTransport({
    host,
    certificates: { ca: undefined, client: undefined },
    insecure: protocol === "http:",
    env,
  });
  try {
    const { status, body, headers } = await transport.send(url, { signal });
    if (status < 200 || status > 299) throw new TspodError(`the server answered with status ${status}`);
    onHeaders?.(headers);
    yield* body;
  } catch (error) {
    signal.throwIfAborted();
    throw new TspodError(`downloading ${withoutPassword(url)}`, { cause: error });
  }
}

/** A URL as it may stand in a message: `https://user:xxxxx@host/`, as Go's net/url has it. */
export function withoutPassword(url: string): string {
  const parsed = new URL(url);
  if (parsed.password === "") return url;
  parsed.password = "xxxxx";
  return parsed.href;
}
