import type { Call } from "../../cli/define-command.ts";
import type { StopPodOptions } from "../../pod/stop.ts";
import { stopSeconds, stopTimeFlag } from "../flags/stop-time.ts";

/** `--time` of what stops a pod. */
export const podTimeFlag = {
  ...stopTimeFlag,
  help: "Seconds to wait before killing the containers; -1 waits for as long as it takes",
} as const;

/** How a call stops the containers of a pod. */
export function podStopOptions({
  flags,
  warn,
}: Pick<Call, "warn"> & { readonly flags: { readonly time?: number | undefined } }): StopPodOptions {
  return {
    ...(flags.time !== undefined && { timeout: stopSeconds(flags.time) }),
    warn,
  };
}
