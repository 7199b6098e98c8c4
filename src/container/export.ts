import { closeSync, constants, openSync } from "node:fs";
import { TspodError } from "../errors.ts";
import { O_PATH } from "../os/addon.ts";
import { appendEvent } from "../storage/events.ts";
import { type RootfsPlan, rootfsPlan } from "../storage/rootfs.ts";
import { ownerSeenInside } from "./container-user.ts";
import { mountPlan } from "./copy/container-root.ts";
import { writeTar } from "./copy/write-tar.ts";
import { containerEvent } from "./event.ts";
import type { Container, ContainerPlace } from "./list.ts";
import { rootfsRequest } from "./rootfs-directories.ts";

/** Write a container's root filesystem as a tar: its image's files and its own, without volumes and other mounts. */
export async function exportContainer(
  { store }: ContainerPlace,
  { record, paths, state }: Container,
  write: (bytes: Uint8Array) => void,
): Promise<void> {
  const { rootfs, imageText } = record.options;
  using undo = new DisposableStack();
  let path = imageText;
  if (!rootfs) {
    const plan = await rootfsPlan(store, rootfsRequest(record, paths));
    path = plan.path;
    if (plan.driver === "fuse-overlayfs" && state.pid !== 0)
      throw new TspodError(
        `container ${record.id} has to be stopped first: its files are mounted with fuse-overlayfs`,
      );
    mountPlan(readOnlyView(plan), undo);
  }
  const fd = undo.adopt(openSync(path, O_PATH | constants.O_DIRECTORY), closeSync);
  writeTar({ dirFd: fd, name: "." }, "", { write, owner: ownerSeenInside(record) });
  appendEvent(store, containerEvent(record, "export"));
}

/** A second overlay over the same upper directory may not be made; one in which that is one of the lower ones may. */
function readOnlyView(plan: RootfsPlan): RootfsPlan {
  const mounts = plan.mounts.map((step) => ({ ...step, data: asLower(step.data) }));
  return { ...plan, mounts };
}

/** `lowerdir=A:B,upperdir=U,workdir=W,userxattr` → `lowerdir=U:A:B,userxattr` (storage/rootfs.ts). */
function asLower(data: string): string {
  return data.replace(/^lowerdir=(.*),upperdir=(.*),workdir=.*,userxattr$/, "lowerdir=$2:$1,userxattr");
}
