import type { Call } from "../../../cli/define-command.ts";
import type { FlagTable } from "../../../cli/flags/flag.ts";
import { builtTime } from "../../../config/built-time.ts";
import { PODMAN_VERSION } from "../../../config/product-version.ts";
import type { PodEngine } from "../../../pod/pod-engine.ts";
import { engineOf } from "../engine-of.ts";

/** What the operations on pods need to know of a call. */
export function podEngineOf<T extends FlagTable>(call: Call<T>): PodEngine {
  return { ...engineOf(call), pauseImage: pauseImageName() };
}

/** As Podman calls its own: by what `version` says of the version, and when it was built. */
function pauseImageName(): string {
  return `localhost/podman-pause:${PODMAN_VERSION}-${builtTime()}`;
}
