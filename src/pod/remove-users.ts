import { removeContainer } from "../container/remove.ts";
import type { Engine } from "../container/state/engine.ts";
import { findContainer } from "../container/state/find.ts";
import type { Container } from "../container/state/list.ts";
import { removeUnusedVolume } from "../volume/remove.ts";
import { volumeUsers } from "../volume/volumes.ts";
import { removePod } from "./remove.ts";
import { isInfra } from "./start.ts";
import { findPod } from "./state/pods.ts";

/**
 * Remove the containers that use what is to be removed itself: an image, a volume. An infra container goes
 * with its pod, and so do the other containers of that.
 * @param ids of containers, running or not
 * @param timeout seconds until one that runs is killed
 * @throws {TspodError} If one can't be removed.
 */
export async function removeUsers(
  engine: Engine,
  ids: readonly string[],
  { timeout }: { readonly timeout: number },
): Promise<void> {
  const options = { force: true, timeout, warn: engine.warn };
  const gone = new Set<string>();
  for (const id of ids) {
    if (gone.has(id)) continue;
    const container = findContainer(engine, id);
    const pod = podOfInfra(container);
    if (pod === undefined) await removeContainer(engine, container, { ...options, volumes: false });
    else for (const member of await removePod(engine, findPod(engine, pod), options)) gone.add(member);
  }
}

/**
 * Remove what is made of an image that is to be removed: its containers, and its volumes with the containers
 * that use them.
 * @throws {TspodError} If one can't be removed.
 */
export async function removeImageUsers(
  engine: Engine,
  { containers, volumes }: { readonly containers: readonly string[]; readonly volumes: readonly string[] },
  options: { readonly timeout: number },
): Promise<void> {
  await removeUsers(engine, containers, options);
  for (const name of volumes) {
    await removeUsers(engine, volumeUsers(engine.store, name), options);
    await removeUnusedVolume(engine.store, name);
  }
}

/** The ID of the pod whose infra container it is. */
function podOfInfra(container: Container): string | undefined {
  return isInfra(container) ? container.record.options.pod?.id : undefined;
}
