/**
 * What goes to and fro between decompress-thread.ts and decompress-worker.ts, on a channel for each stream.
 * Buffers are transferred, not copied, and go back when they have been read: there is a fixed number of each
 * kind.
 */
export type ToWorker =
  | ({ readonly kind: "compressed" } & Piece)
  | { readonly kind: "compressed-end" }
  | { readonly kind: "plain-free"; readonly buffer: ArrayBuffer };

export type FromWorker =
  | { readonly kind: "compressed-free"; readonly buffer: ArrayBuffer }
  | ({ readonly kind: "plain" } & Piece)
  | { readonly kind: "plain-end"; readonly digest: string }
  /** The message of a TspodError. */
  | { readonly kind: "refused"; readonly message: string };

/** The first `length` bytes of a buffer. */
export interface Piece {
  readonly buffer: ArrayBuffer;
  readonly length: number;
}

/** Tells the worker's file that it is the worker: otherwise it is loaded only to say where it is. */
export const WORKER_ROLE = "tspod-decompress";

const KIB = 1024;

/**
 * Buffers of each stream. Together they let each thread work while the other is busy for some ten
 * milliseconds.
 */
export const COMPRESSED_BUFFERS = { count: 4, size: 256 * KIB };
export const PLAIN_BUFFERS = { count: 4, size: 512 * KIB };
