import type { CreateOptions } from "../../options/create-options.ts";
import { lockPod, noteMember } from "../../storage/pods/pod-directory.ts";
import { noteServed } from "../../storage/pods/service-notes.ts";
import type { Store } from "../../storage/store.ts";

export interface JoiningPod extends Disposable {
  /** Note that the container of that ID is in the pod. @returns what takes the note back */
  note(id: string): () => void;
}

/**
 * Keeps a pod from being removed while a container of these options is made in it; undefined where they name
 * none. Of an infra container the caller, who makes the pod, holds the lock.
 * @throws {NoSuchPodError} If the pod is gone.
 */
export async function joinPod(
  store: Store,
  { pod, process }: Pick<CreateOptions, "pod" | "process">,
): Promise<JoiningPod | undefined> {
  if (pod === undefined) return undefined;
  const { id, infra, init, service } = pod;
  const lock = infra ? undefined : await lockPod(store, id);
  const sidecar = init === "sidecar" ? { stopTimeout: process.stopTimeout } : undefined;
  return {
    note(container) {
      const forget = noteMember(store, { pod: id, id: container, sidecar });
      if (infra || init !== undefined || service === undefined) return forget;
      const forgetServed = noteServed(store, service, container);
      return () => {
        forgetServed();
        forget();
      };
    },
    [Symbol.dispose]: () => lock?.[Symbol.dispose](),
  };
}
