import { closeSync, constants, openSync } from "node:fs";
import { TspodError } from "../errors.ts";
import { givenRootfs } from "../options/container-record.ts";
import { O_PATH } from "../os/at.ts";
import { appendEvent } from "../storage/events.ts";
import { mountPlan } from "../storage/rootfs/mount-plan.ts";
import { readOnlyView } from "../storage/rootfs/read-only-view.ts";
import { rootfsPlan } from "../storage/rootfs/rootfs.ts";
import { packAs } from "../storage/tree/pack-tree.ts";
import { ownerSeenInside } from "./rootfs/container-user.ts";
import { rootfsRequest } from "./rootfs/rootfs-directories.ts";
import { containerEvent } from "./start/event.ts";
import type { Container, ContainerPlace } from "./state/list.ts";
import { unlessRemoved } from "./state/unless-removed.ts";

/**
 * Write a container's root filesystem as a tar: its image's files and its own, without volumes and other
 * mounts.
 * @throws {NotFoundError} If it is removed meanwhile.
 */
export function exportContainer(
  place: ContainerPlace,
  container: Container,
  write: (bytes: Uint8Array) => void,
): Promise<void> {
  return unlessRemoved(container, () => exportFiles(place, container, write));
}

async function exportFiles(
  { store }: ContainerPlace,
  { record, paths, state }: Container,
  write: (bytes: Uint8Array) => void,
): Promise<void> {
  using undo = new DisposableStack();
  let path = givenRootfs(record.options);
  if (path === undefined) {
    const plan = await rootfsPlan(store, rootfsRequest(record, paths));
    path = plan.path;
    if (plan.driver === "fuse-overlayfs" && state.pid !== 0)
      throw new TspodError(
        `container ${record.id} has to be stopped first: its files are mounted with fuse-overlayfs`,
      );
    mountPlan(readOnlyView(plan), undo);
  }
  const fd = undo.adopt(openSync(path, O_PATH | constants.O_DIRECTORY), closeSync);
  for await (const bytes of packAs({ dirFd: fd, name: "." }, "", { owner: ownerSeenInside(record) }))
    write(bytes);
  appendEvent(store, containerEvent(record, "export"));
}
