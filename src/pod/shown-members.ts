import type { Container, ContainerPlace } from "../container/state/list.ts";
import { TspodError } from "../errors.ts";
import { isInfra } from "./start.ts";
import { findPod, type Pod, podExists } from "./state/pods.ts";

/**
 * The containers of a pod that have something to show: all but infra.
 * @throws {TspodError} If the pod has none.
 */
export function shownMembers({ record, members }: Pod): readonly Container[] {
  const shown = members.filter((member) => !isInfra(member));
  if (shown.length > 0) return shown;
  throw new TspodError(`pod ${record.name} has no containers that could have printed anything`);
}

/**
 * The pod of that name; undefined where there is none.
 * @throws {TspodError} If a prefix of an ID fits several.
 */
export function podIfThere(place: ContainerPlace, name: string): Pod | undefined {
  return podExists(place, name) ? findPod(place, name) : undefined;
}
