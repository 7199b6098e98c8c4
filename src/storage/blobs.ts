import type { Descriptor } from "../oci/descriptor.ts";
import type { Digest } from "../oci/digest.ts";
import type { Store } from "./store.ts";

/** A blob that is being fetched. Whoever opens it ends it by commit(), close() or discard(). */
export interface PartialBlob {
  /** Bytes that are here already, from an earlier try. The next write() appends after them. */
  readonly offset: number;
  /** The bytes that are here already, to be unpacked: nothing has verified them yet. */
  received(): AsyncIterable<Uint8Array>;
  /** @throws {TspodError} If this is more than the descriptor's size. */
  write(chunk: Uint8Array): void;
  /** Start anew at 0: for a server that can't resume, or after a failed verification. */
  restart(): void;
  /**
   * Verify size, then digest; flush; make it visible. Ends the partial blob. Where verification fails, what was
   * received is deleted.
   * @throws {ContentMismatchError} If size or digest is not the descriptor's.
   */
  commit(): void;
  /** Let go, and keep the bytes for the next try. No-op after commit(). */
  close(): void;
  /** Let go, and delete the bytes. No-op after commit(). */
  discard(): void;
}

/** Absolute path of a blob, there or not. */
export function blobPath(store: Store, digest: Digest): string {
  throw new Error(`${store} ${digest}`);
}

/** Whether the whole blob is here, with the size the descriptor says. */
export function hasBlob(store: Store, descriptor: Pick<Descriptor, "digest" | "size">): boolean {
  throw new Error(`${store} ${descriptor}`);
}

/** The blob as text. @throws {NotFoundError} If it is not here. */
export function readBlobText(store: Store, digest: Digest): string {
  throw new Error(`${store} ${digest}`);
}

/** Write a whole small blob (manifest, config). Already there is success. */
export function writeBlob(store: Store, content: Uint8Array | string): Digest {
  throw new Error(`${store} ${content}`);
}

/**
 * Open a blob to fetch it, resuming what an earlier try left. One at a time: waits while another process fetches the
 * same one. So look with hasBlob() again afterwards; where it is there, undefined is returned.
 */
export async function openPartialBlob(
  store: Store,
  descriptor: Pick<Descriptor, "digest" | "size">,
): Promise<PartialBlob | undefined> {
  throw new Error(`${store} ${descriptor}`);
}
