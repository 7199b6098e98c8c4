import type { Digest } from "../oci/digest.ts";
import type { Store } from "./store.ts";

/** One mount(2), as data: the monitor does it in its own mount namespace, with `cwd` as current directory. */
export interface MountStep {
  readonly source: string;
  readonly target: string;
  readonly type: string;
  readonly flags: number;
  readonly data: string;
  readonly cwd: string;
}

export interface RootfsPlan {
  readonly driver: "overlay" | "fuse-overlayfs" | "copy";
  readonly mounts: readonly MountStep[];
  /** Commands to run before the mounts, each to its success. */
  readonly prepare: readonly (readonly string[])[];
  /** Absolute path of the root file system once all that is done. */
  readonly path: string;
  /** One line to tell the user. */
  readonly warning?: string;
  /** For inspect's GraphDriver; absolute paths, lowers top first. */
  readonly lowers: readonly string[];
}

/**
 * How to make the root file system of a container out of its layers (base first) and its own upper directory. With the
 * plain copy the files are copied here and now, once.
 */
export async function rootfsPlan(
  store: Store,
  chainIds: readonly Digest[],
  containerDirectory: string,
): Promise<RootfsPlan> {
  throw new Error(`${store} ${chainIds} ${containerDirectory}`);
}
