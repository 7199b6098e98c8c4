import { messageChain, NotFoundError, TspodError } from "../errors.ts";
import { removeContainer } from "./remove.ts";
import type { Container, ContainerPlace } from "./state/list.ts";

export interface PruneReport {
  /** IDs of those that are gone. */
  readonly removed: readonly string[];
  /** Why others were kept, a line each. */
  readonly errors: readonly string[];
}

/** An initialized one has not begun to run. */
const PRUNABLE: readonly string[] = ["created", "initialized", "exited"];

/**
 * Remove those of the containers that do not run; one that is started meanwhile stays. Their volumes stay.
 */
export async function pruneContainers(
  place: ContainerPlace,
  containers: readonly Container[],
  { warn }: { warn: (line: string) => void },
): Promise<PruneReport> {
  const removed: string[] = [];
  const errors: string[] = [];
  for (const container of containers) {
    if (!PRUNABLE.includes(container.state.status)) continue;
    try {
      await removeContainer(place, container, { force: false, volumes: false, timeout: 0, warn });
      removed.push(container.record.id);
    } catch (error) {
      if (error instanceof NotFoundError) continue; // another prune was faster
      if (!(error instanceof TspodError)) throw error;
      errors.push(messageChain(error));
    }
  }
  return { removed, errors };
}
