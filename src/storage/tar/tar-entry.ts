import type { ByteString } from "./byte-string.ts";
import type { Segment } from "./sparse.ts";

export interface Timestamp {
  /** Since the epoch; may be negative. */
  readonly seconds: number;
  readonly nanoseconds: number;
}

export type EntryType = "file" | "directory" | "symlink" | "link" | "device" | "fifo";

/** One thing in a tar, with everything that was said about it put together. */
export interface TarEntry {
  readonly type: EntryType;
  readonly name: ByteString;
  /** Target of a symlink or hard link. */
  readonly linkName: ByteString;
  /** Permission bits with setuid, setgid, sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: Timestamp;
  readonly xattrs: readonly { readonly name: string; readonly value: Buffer }[];
  /** Bytes of the file once it is there. */
  readonly size: number;
  /** Where the body's bytes belong, for a sparse file; absent: one after the other. */
  readonly segments?: readonly Segment[];
}

/** Takes the body of one entry, in order. */
export interface BodySink {
  write(chunk: Buffer): void;
  end(): void;
  /** The tar broke off in the middle of this entry: let go of what is open. */
  abort(): void;
}
