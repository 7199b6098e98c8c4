import type { Engine } from "../container/state/engine.ts";
import { refreshed } from "../container/state/find.ts";
import type { Container } from "../container/state/list.ts";
import { isActive } from "../container/state/state.ts";
import { stopContainer } from "../container/stop.ts";
import { eachMember } from "./each-member.ts";
import { tellPodEvent } from "./event.ts";
import { podGroup, removePodGroup } from "./remove-group.ts";
import { isInfra } from "./start.ts";
import { type Pod, podOf } from "./state/pods.ts";

export interface StopPodOptions {
  /** Seconds until SIGKILL; absent: each container's own. */
  readonly timeout?: number | undefined;
  readonly warn: (line: string) => void;
}

/**
 * Stop all containers of a pod at once, then its sidecars, the last one first, and then infra. What does not
 * run is no error.
 * @throws {PodMembersError} If some can't be stopped.
 */
export async function stopPod(engine: Engine, pod: Pod, options: StopPodOptions): Promise<void> {
  const infra = pod.members.filter(isInfra);
  const others = pod.members.filter((member) => !isInfra(member));
  await stopMembers(
    engine,
    others.filter((member) => !isSidecar(member)),
    options,
  );
  for (const sidecar of others.filter(isSidecar).reverse()) await stopMembers(engine, [sidecar], options);
  await eachMember("stopping", infra, (member) =>
    stopContainer(engine, refreshed(engine, member), { timeout: INFRA_TIMEOUT, warn: options.warn }),
  );
  await removeEmptyGroup(engine, pod);
  tellPodEvent(engine.store, pod.record, "stop");
}

/** As Podman, a pod that is stopped has no cgroup; the next start makes it, with its limits. */
async function removeEmptyGroup(engine: Engine, { record }: Pod): Promise<void> {
  const { members } = podOf(engine, record);
  const group = podGroup(members);
  if (group !== undefined && !members.some(({ state }) => isActive(state)))
    await removePodGroup(engine, record.resources, group);
}

const INFRA_TIMEOUT = 10;

function isSidecar({ record }: Container): boolean {
  return record.options.pod?.init === "sidecar";
}

async function stopMembers(
  engine: Engine,
  members: readonly Container[],
  { timeout, warn }: StopPodOptions,
): Promise<void> {
  await eachMember("stopping", members, (member) =>
    stopContainer(engine, refreshed(engine, member), {
      timeout: timeout ?? member.record.options.process.stopTimeout,
      warn,
    }),
  );
}
