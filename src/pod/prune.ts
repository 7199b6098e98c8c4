import { messageChain, NotFoundError, TspodError } from "../errors.ts";
import { removePod } from "./remove.ts";
import type { PodPlace } from "./remove-group.ts";
import { listPods } from "./state/pods.ts";

export interface PodPruneReport {
  /** IDs of those that are gone. */
  readonly removed: readonly string[];
  /** Why others were kept, a line each. */
  readonly errors: readonly string[];
}

/**
 * Remove the pods of which nothing runs, but for those that were never started; one that is started meanwhile
 * stays.
 */
export async function prunePods(
  place: PodPlace,
  { warn }: { readonly warn: (line: string) => void },
): Promise<PodPruneReport> {
  const removed: string[] = [];
  const errors: string[] = [];
  for (const pod of listPods(place)) {
    if (pod.status !== "Exited" && pod.status !== "Stopped") continue;
    try {
      await removePod(place, pod, { force: false, warn });
      removed.push(pod.record.id);
    } catch (error) {
      if (error instanceof NotFoundError) continue; // another prune was faster
      if (!(error instanceof TspodError)) throw error;
      errors.push(messageChain(error));
    }
  }
  return { removed, errors };
}
