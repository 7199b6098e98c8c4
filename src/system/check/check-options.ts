import type { Digest } from "../../oci/digest.ts";

/** Something in the store that is not as it should be. */
export interface Damage {
  /** One line. */
  readonly text: string;
  /** Whether it is mended now. */
  readonly repaired: boolean;
}

export interface CheckOptions {
  /** Check only whether everything is there, with its size; otherwise read all of it. */
  readonly quick: boolean;
  /**
   * Make damaged layers anew from their blobs; delete damaged blobs, so that the next pull fetches them, and
   * images that can't be read any more.
   */
  readonly repair: boolean;
  /**
   * The name of a running container that has the layer mounted: made anew, its files would be gone under it.
   */
  readonly userOf: (chainId: Digest) => string | undefined;
  /** Whether a container runs, or is being started: then nothing of it is moved. */
  readonly isRunning: (id: string) => boolean;
  readonly signal: AbortSignal;
  readonly report: (damage: Damage) => void;
}
