import type { Engine } from "../container/state/engine.ts";
import { tellPodEvent } from "./event.ts";
import { startPod } from "./start.ts";
import { type Pod, podOf } from "./state/pods.ts";
import { type StopPodOptions, stopPod } from "./stop.ts";

/**
 * Stop a pod and start it again, its containers in the order of a start. One that does not run is started.
 * @throws {PodMembersError} If some of its containers can't be stopped or started.
 */
export async function restartPod(engine: Engine, pod: Pod, options: StopPodOptions): Promise<void> {
  await stopPod(engine, pod, options);
  await startPod(engine, podOf(engine, pod.record));
  tellPodEvent(engine.store, pod.record, "restart");
}
