import type { Engine } from "../container/state/engine.ts";

/** What operations on pods need to know beyond containers. */
export interface PodEngine extends Engine {
  /** Full name of the image of infra containers: `localhost/podman-pause:VERSION-BUILT`. */
  readonly pauseImage: string;
}
