import type { PodRecord } from "../options/pod-record.ts";
import { nowRfc3339Nano } from "../os/time.ts";
import { appendEvent } from "../storage/events.ts";
import type { Store } from "../storage/store.ts";

export type PodEvent = "create" | "start" | "stop" | "kill" | "pause" | "unpause" | "restart" | "remove";

/** Tell of something that was done with a pod, as Podman words it (podman-events(1)). */
export function tellPodEvent(store: Store, { id, name, labels }: PodRecord, status: PodEvent): void {
  appendEvent(store, {
    ID: id,
    Name: name,
    Status: status,
    Time: nowRfc3339Nano(),
    Type: "pod",
    Attributes: labels,
  });
}
