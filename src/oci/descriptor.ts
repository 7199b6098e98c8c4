import type { Digest } from "./digest.ts";
import type { Platform } from "./platform.ts";

/** @see https://github.com/opencontainers/image-spec/blob/main/descriptor.md */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  /** Bytes of the content as stored (compressed, where it is). */
  readonly size: number;
  readonly urls?: readonly string[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly platform?: Platform;
  readonly artifactType?: string;
}

/** Bytes of all contents. */
export function totalSize(contents: readonly Pick<Descriptor, "size">[]): number {
  return contents.reduce((sum, { size }) => sum + size, 0);
}
