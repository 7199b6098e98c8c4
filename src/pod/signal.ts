import { killContainer } from "../container/kill.ts";
import { pauseContainer, unpauseContainer } from "../container/pause.ts";
import type { Engine } from "../container/state/engine.ts";
import { eachMember } from "./each-member.ts";
import { tellPodEvent } from "./event.ts";
import type { Pod } from "./state/pods.ts";

/**
 * Send a signal to all containers of a pod that run.
 * @throws {PodMembersError} If some have ended meanwhile.
 */
export async function killPod(engine: Engine, pod: Pod, signal: number): Promise<void> {
  const running = pod.members.filter(
    ({ state }) => state.status === "running" || state.status === "stopping",
  );
  await eachMember("killing", running, (member) => killContainer(engine, member, signal));
  tellPodEvent(engine.store, pod.record, "kill");
}

/**
 * Freeze all containers of a pod that run.
 * @throws {PodMembersError} If some have no cgroup to do it with.
 */
export async function pausePod(engine: Engine, pod: Pod): Promise<void> {
  const running = pod.members.filter(({ state }) => state.status === "running");
  await eachMember("pausing", running, (member) => pauseContainer(engine, member));
  tellPodEvent(engine.store, pod.record, "pause");
}

/**
 * Let the frozen containers of a pod go on.
 * @throws {PodMembersError} If some have ended meanwhile.
 */
export async function unpausePod(engine: Engine, pod: Pod): Promise<void> {
  const paused = pod.members.filter(({ state }) => state.status === "paused");
  await eachMember("unpausing", paused, (member) => unpauseContainer(engine, member));
  tellPodEvent(engine.store, pod.record, "unpause");
}
