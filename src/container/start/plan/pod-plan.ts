import { parseSignal } from "../../../oci/signal.ts";
import type { CreateOptions } from "../../../options/create-options.ts";
import type { PlanRecord } from "../../../protocol/plan.ts";
import type { Store } from "../../../storage/store.ts";

/**
 * The monitor's records for a pod's exit policy: a member's holds the pod's lock, infra's ends its process
 * when nobody does any more. Not of init containers, which are to end before the others begin.
 */
export function podPlan({ pods }: Store, { pod, process }: CreateOptions): PlanRecord[] {
  if (pod === undefined || pod.init !== undefined) return [];
  const lock = `${pods}/${pod.id}/members.lock`;
  if (!pod.infra) return [["hold-lock", lock]];
  return pod.ends ? [["end-when-free", lock, String(parseSignal(process.stopSignal).number)]] : [];
}
