import { NotFoundError, TspodError } from "../errors.ts";
import { givenRootfs } from "../options/container-record.ts";
import { resolveImage } from "../storage/images/stored-image.ts";
import { layerChanges } from "../storage/layers/layer-changes.ts";
import { layerFiles } from "../storage/layers/layers.ts";
import type { Change } from "../storage/layers/list-changes.ts";
import { stackChanges } from "../storage/layers/stack-changes.ts";
import { rootfsDriver } from "../storage/rootfs/rootfs-driver.ts";
import { rootfsDirectories } from "./rootfs/rootfs-directories.ts";
import { findContainer } from "./state/find.ts";
import type { Container, ContainerPlace } from "./state/list.ts";

export type { Change } from "../storage/layers/list-changes.ts";

/** Files that are made for every container, and so are none of its changes: Podman's list. */
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

/** Where a name is looked for: `container diff` and `image diff` know one of them only. */
export type DiffKind = "all" | "container" | "image";

/**
 * The changes of a container in its image's files, or of an image's topmost layer in those below; sorted by
 * path.
 * @throws {NotFoundError} If nothing goes by the name.
 */
export function changesOf(place: ContainerPlace, name: string, kind: DiffKind): Change[] {
  const found = find(place, name, kind);
  if (!Array.isArray(found)) return containerChanges(place, found);
  const [top, ...lowers] = found;
  return top === undefined ? [] : withoutCommon(layerChanges([top, ...lowers]));
}

/**
 * The differences of the files of a container or image from those of another.
 * @throws {NotFoundError} If nothing goes by one of the names.
 */
export function changesBetween(
  place: ContainerPlace,
  { now, before }: { now: string; before: string },
  kind: DiffKind,
): Change[] {
  const stackOf = (name: string): string[] => {
    const found = find(place, name, kind);
    return Array.isArray(found) ? found : rootfsDirectories(place.store, found.record, found.paths);
  };
  return stackChanges({ now: stackOf(now), before: stackOf(before) }, MADE_FOR_ALL);
}

/**
 * A container, or the directories of an image's layers, topmost first. Where both go by a name it is the
 * image, as in Podman.
 */
function find(place: ContainerPlace, name: string, kind: DiffKind): Container | string[] {
  const image = kind === "container" ? undefined : resolveImage(place.store, name)?.image;
  if (image !== undefined) {
    const { chainIds, readOnlyStore = place.store } = image;
    return chainIds.map((id) => layerFiles(readOnlyStore, id)).reverse();
  }
  try {
    if (kind !== "image") return findContainer(place, name);
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
  }
  throw new NotFoundError(`${name} not found: ${UNKNOWN[kind](name)}`);
}

const UNKNOWN: Readonly<Record<DiffKind, (name: string) => string>> = {
  all: () => "layer not known",
  container: () => "container not known",
  image: (name) => `${name}: image not known`,
};

/** @throws {TspodError} If the container's files are not kept apart from those of its image. */
export function containerChanges({ store }: ContainerPlace, { record, paths }: Container): Change[] {
  const [upper, ...lowers] = rootfsDirectories(store, record, paths);
  if (givenRootfs(record.options) !== undefined || upper === undefined) {
    throw new TspodError(`container ${record.id} was made with --rootfs: what it changes is not known`);
  }
  if (rootfsDriver(store) === "copy")
    throw new TspodError("what a container changes is not known where images are copied for each container");
  return withoutCommon(layerChanges([upper, ...lowers]));
}

function withoutCommon(changes: readonly Change[]): Change[] {
  return changes.filter(({ path }) => !MADE_FOR_ALL.has(path));
}
