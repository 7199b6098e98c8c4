import { parseSignal } from "../../../oci/signal.ts";
import type { ContainerRecord } from "../../../options/container-record.ts";
import type { PlanRecord } from "../../../protocol/plan.ts";
import { serviceLock } from "../../../storage/pods/service-lock.ts";
import type { Store } from "../../../storage/store.ts";

/**
 * The monitor's records for a pod's exit policy: a member's holds the pod's lock, infra's ends its process
 * when nobody does any more. Not of init containers, which are to end before the others begin. A service
 * container ends so with the last infra container of its pods.
 */
export function podPlan(
  store: Store,
  { id, options }: Pick<ContainerRecord, "id" | "options">,
): PlanRecord[] {
  const { pod, process, service, exitCodePropagation } = options;
  const end = [String(parseSignal(process.stopSignal).number), String(process.stopTimeout)] as const;
  if (service)
    return [
      ["end-when-free", serviceLock(store, id), ...end],
      ...(exitCodePropagation === undefined ? [] : [["propagate", exitCodePropagation] as const]),
    ];
  if (pod === undefined || pod.init !== undefined) return [];
  const lock = `${store.pods}/${pod.id}/members.lock`;
  if (!pod.infra) return [["hold-lock", lock]];
  return [
    ...(pod.service === undefined ? [] : [["hold-lock", serviceLock(store, pod.service)] as const]),
    ...(pod.ends ? [["end-when-free", lock, ...end] as const] : []),
  ];
}
