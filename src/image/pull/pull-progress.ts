import type { Digest } from "../../oci/digest.ts";

/** One blob's share in a PullProgress. */
export interface BlobStart {
  readonly kind: "blob" | "config";
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  /** Whether it is in the store already. */
  readonly present: boolean;
}

export interface BlobProgress {
  /** Bytes that came. */
  advance(bytes: number): void;
  /** Bytes that were there from an earlier try. */
  resume(bytes: number): void;
  /** @param how in the place of "done": "mounted from …" */
  done(how?: string): void;
}

/** What a pull says on its way. */
export interface PullProgress {
  /** The registry is asked for this image: `docker.io/library/alpine:latest`. */
  trying(reference: string): void;
  /** Something the user should know that stops nothing, one line. */
  note(line: string): void;
  /**
   * The manifest is there: blobs follow.
   * @param bytes of all its blobs, those that need no transfer too
   */
  sources(bytes: number): void;
  blob(blob: BlobStart): BlobProgress;
  /** All blobs are there; the image becomes visible. */
  writing(): void;
  /** Show nothing more: after success and after failure. */
  end(): void;
}

/** For --quiet. */
export function silentProgress(): PullProgress {
  const nothing = (): void => undefined;
  const blob = (): BlobProgress => ({ advance: nothing, resume: nothing, done: nothing });
  return { trying: nothing, note: nothing, sources: nothing, blob, writing: nothing, end: nothing };
}
