import type { Call } from "../../../cli/define-command.ts";
import type { FlagTable } from "../../../cli/flags/flag.ts";
import { removePod } from "../../../pod/remove.ts";
import { findPod } from "../../../pod/state/pods.ts";
import { engineOf } from "../../flags/engine-of.ts";
import { stopSeconds } from "../../flags/stop-time.ts";

/**
 * Remove pods with all that is in them, for `rm`.
 * @param fail called with what can't be removed
 * @returns the IDs of the containers that are gone
 */
export async function removePods<T extends FlagTable>(
  call: Call<T>,
  ids: readonly string[],
  fail: (error: unknown) => void,
): Promise<string[]> {
  const { force, time } = call.flags as { readonly force?: boolean; readonly time?: number };
  const engine = engineOf(call);
  const removed: string[] = [];
  for (const id of ids) {
    try {
      const timeout = time === undefined ? {} : { timeout: stopSeconds(time) };
      removed.push(
        ...(await removePod(engine, findPod(engine, id), {
          force: force === true,
          ...timeout,
          warn: call.warn,
        })),
      );
    } catch (error) {
      fail(error);
    }
  }
  return removed;
}
