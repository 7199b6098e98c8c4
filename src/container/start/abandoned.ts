import { existsSync, rmSync } from "node:fs";
import { NotFoundError } from "../../errors.ts";
import { ownSources } from "../../options/mount-request.ts";
import { tryLockContainer } from "../../storage/storage-lock.ts";
import { runtimeState } from "../runtime/delete-from-runtime.ts";
import { readFacts } from "../state/fact-file.ts";
import type { Container, ContainerPlace } from "../state/list.ts";
import { notedCgroup } from "../state/start-facts.ts";
import { readContainerState } from "../state/state.ts";

/**
 * Clear away what a killed monitor has left of a container whose process is gone too. No-op otherwise, and
 * repeatable. The caller holds the container's lock: a start makes the same directory.
 */
export async function abandon({ record, paths }: Pick<Container, "record" | "paths">): Promise<void> {
  const state = readContainerState(paths);
  if (state.pid !== 0 || state.monitorPid !== 0) return;
  // With --rm the monitor takes the record away first, and no state shows what it still does then. A
  // killed one's is a leftover.
  if (!existsSync(paths.directory)) return;
  const group = notedCgroup(readFacts(paths.startFile));
  const { name } = record.runtime;
  const isLeft =
    existsSync(paths.status) ||
    runtimeState(paths.runtimeDirectory, { name, id: record.id }).length > 0 ||
    (group !== undefined && existsSync(`/sys/fs/cgroup${group}`));
  // A monitor that came to its end has left an empty directory.
  if (isLeft) {
    (await import("./clear-run.ts")).clearRun({ record, paths }, group);
    await giveBack(record);
  } else {
    if (record.options.ipc.kind === "container")
      (await import("../rootfs/shared-memory.ts")).releaseSharedMemory(paths);
    rmSync(paths.runtime, { recursive: true, force: true });
  }
}

/** What the monitor would have done at the container's end. A directory that is gone needs nothing. */
async function giveBack({ options }: Container["record"]): Promise<void> {
  for (const source of ownSources(options.mounts)) {
    const { reclaim } = await import("../rootfs/reclaim.ts");
    if (existsSync(source)) reclaim(source);
  }
}

/**
 * As abandon(), for callers without the lock. Whoever holds it starts or removes the container, and sees to
 * that.
 */
export async function abandonUnlessBusy(
  { store }: ContainerPlace,
  container: Pick<Container, "record" | "paths">,
): Promise<void> {
  try {
    using lock = tryLockContainer(store, container.record.id);
    if (lock !== undefined) await abandon(container);
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error; // removed meanwhile: nothing is left
  }
}
