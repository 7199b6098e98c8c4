import { tryLock } from "../../os/file-lock.ts";
import type { Store } from "../store.ts";
import { membersLock } from "./pod-directory.ts";

/**
 * Keeps the infra container of a pod with the exit policy "stop" running: its monitor ends it when nobody
 * holds this lock (native/protocol.h, `end-when-free`). A member's start holds it until the member's monitor
 * does. Where the pod is gone, or infra's monitor has just come to its end, there is nothing to keep.
 */
export function keepInfra(store: Store, pod: string): Disposable | undefined {
  return tryLock(membersLock(store, pod), { shared: true, existing: true });
}
