import { createReadStream } from "node:fs";
import { TspodError } from "../../errors.ts";
import type { Digest } from "../../oci/digest.ts";
import type { RegistryClient } from "../../registry/client.ts";
import { hasRemoteBlob, mountBlob, sendBlob } from "../../registry/push-blob.ts";
import { RegistryError } from "../../registry/registry-error.ts";
import { blobPlaces, recordBlobPlace } from "../../storage/blobs/blob-places.ts";
import type { Store } from "../../storage/store.ts";
import type { PullProgress } from "../pull/pull-progress.ts";

/** Where blobs go, and where progress is reported. */
export interface BlobPush {
  readonly store: Store;
  readonly client: RegistryClient;
  readonly progress: PullProgress;
  readonly signal: AbortSignal;
}

/** A blob that the registry shall have. */
export interface NamedBlob {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  readonly kind: "blob" | "config";
}

/**
 * Whether the repository has a blob, or could take it from another one.
 * @throws {TspodError} If the registry doesn't say.
 */
export async function reuseBlob(push: BlobPush, blob: NamedBlob): Promise<boolean> {
  const how = await reused(push, blob);
  if (how === undefined) return false;
  push.progress.blob({ ...blob, present: how === PRESENT }).done(how);
  return true;
}

/**
 * Make the repository have a file's content: sent only where reuseBlob() says no.
 * @param blob.path absolute
 * @throws {TspodError} If the registry refuses it.
 */
export async function pushFile(push: BlobPush, blob: NamedBlob & { readonly path: string }): Promise<void> {
  const { client, progress, signal } = push;
  const { digest, size, kind, path } = blob;
  const bar = progress.blob({ kind, digest, size, present: false });
  const how = await reused(push, blob);
  if (how === undefined) {
    const open = (start: number, end: number) => {
      const stream = createReadStream(path, { start, end: end - 1 });
      return stream.on("data", (chunk) => bar.advance(chunk.length)).pause();
    };
    await prefixed(kind === "config" ? "writing config blob" : "writing blob", signal, () =>
      sendBlob(client, { digest, size, open }, { signal, note: progress.note }),
    );
    remember(push, digest);
  }
  bar.done(how);
}

/** Podman's words. */
const PRESENT = "skipped: already exists";

async function reused(push: BlobPush, { digest }: NamedBlob): Promise<string | undefined> {
  const { store, client, progress, signal } = push;
  const { registry, repository } = client.endpoint;
  const options = { signal, note: progress.note };
  const what = `trying to reuse blob ${digest} at destination`;
  const asking = `checking whether a blob ${digest} exists in ${registry}/${repository}`;
  const there = await prefixed(what, signal, () =>
    refused(asking, () => hasRemoteBlob(client, digest, options)),
  );
  const others = blobPlaces(store, digest)
    .filter((place) => place.registry === registry && place.repository !== repository)
    .map((place) => place.repository);
  if (!there && !(await mountBlob(client, digest, { from: others, signal }))) return undefined;
  remember(push, digest);
  return there ? PRESENT : "mounted";
}

function remember({ store, client }: BlobPush, digest: Digest): void {
  const { registry, repository } = client.endpoint;
  recordBlobPlace(store, digest, { registry, repository });
}

/** Says what was asked where the registry has answered, and refused. */
async function refused<T>(asking: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    const isAnswer = cause instanceof RegistryError && cause.failure.status !== undefined;
    throw isAnswer ? new TspodError(asking, { cause }) : cause;
  }
}

/** Podman's words for what was being done. */
async function prefixed<T>(what: string, signal: AbortSignal, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    signal.throwIfAborted();
    throw cause instanceof TspodError ? new TspodError(what, { cause }) : cause;
  }
}
