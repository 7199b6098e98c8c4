import { removeContainer } from "./remove.ts";
import type { Engine } from "./state/engine.ts";
import { findContainer } from "./state/find.ts";

/**
 * Remove the containers that use what is to be removed itself: an image, a volume.
 * @param ids of containers, running or not
 * @param timeout seconds until one that runs is killed
 * @throws {TspodError} If one can't be removed.
 */
export async function removeUsers(
  engine: Engine,
  ids: readonly string[],
  { timeout }: { readonly timeout: number },
): Promise<void> {
  for (const id of ids) {
    await removeContainer(engine, findContainer(engine, id), {
      force: true,
      volumes: false,
      timeout,
      warn: (line) => engine.warn(`WARN[0000] ${line}`),
    });
  }
}
