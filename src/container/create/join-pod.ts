import type { PodMembership } from "../../options/pod-membership.ts";
import { lockPod, noteMember } from "../../storage/pods/pod-directory.ts";
import { noteServed } from "../../storage/pods/service-notes.ts";
import type { Store } from "../../storage/store.ts";

export interface JoiningPod extends Disposable {
  /** Note that the container of that ID is in the pod. @returns what takes the note back */
  note(id: string): () => void;
}

/**
 * Keeps a pod from being removed while a container is made in it. Of an infra container the caller, who makes
 * the pod, holds the lock.
 * @throws {NoSuchPodError} If the pod is gone.
 */
export async function joinPod(store: Store, pod: PodMembership): Promise<JoiningPod> {
  const { id, infra, init, service } = pod;
  const lock = infra ? undefined : await lockPod(store, id);
  return {
    note(container) {
      const forget = noteMember(store, id, container);
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
