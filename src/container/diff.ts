import { NotFoundError, TspodError } from "../errors.ts";
import { resolveImage } from "../storage/image-store.ts";
import { type Change, layerChanges } from "../storage/layer-changes.ts";
import { layerFiles } from "../storage/layers.ts";
import { rootfsDriver } from "../storage/rootfs-driver.ts";
import { findContainer } from "./find.ts";
import type { Container, ContainerPlace } from "./list.ts";
import { rootfsDirectories } from "./rootfs-directories.ts";

/** What is made for every container, and so is none of its changes: Podman's list. */
const MADE_FOR_ALL = new Set([
  "/dev",
  "/etc/hostname",
  "/etc/hosts",
  "/etc/mtab",
  "/etc/resolv.conf",
  "/proc",
  "/run",
  "/run/.containerenv",
  "/run/notify",
  "/run/secrets",
  "/sys",
]);

/**
 * What a container has changed in its image's files, or an image's topmost layer in those below; sorted by path.
 * @throws {NotFoundError} If nothing goes by the name.
 */
export function changesOf(place: ContainerPlace, name: string): Change[] {
  try {
    return containerChanges(place, findContainer(place, name));
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
  }
  const found = resolveImage(place.store, name);
  if (found === undefined) throw new NotFoundError(`${name} not found: layer not known`);
  const [top, ...lowers] = found.image.chainIds.map((id) => layerFiles(place.store, id)).reverse();
  return top === undefined ? [] : withoutCommon(layerChanges([top, ...lowers]));
}

/** @throws {TspodError} If the container's files are not kept apart from its image's. */
export function containerChanges({ store }: ContainerPlace, { record, paths }: Container): Change[] {
  const [upper, ...lowers] = rootfsDirectories(store, record, paths);
  if (record.options.rootfs || upper === undefined) {
    throw new TspodError(`container ${record.id} was made with --rootfs: what it changes can't be told`);
  }
  if (rootfsDriver(store) === "copy")
    throw new TspodError("what a container changes can't be told where images are copied for each container");
  return withoutCommon(layerChanges([upper, ...lowers]));
}

function withoutCommon(changes: readonly Change[]): Change[] {
  return changes.filter(({ path }) => !MADE_FOR_ALL.has(path));
}
