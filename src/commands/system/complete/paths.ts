import type { Call } from "../../../cli/define-command.ts";
import { listMerged } from "../../../container/rootfs/list-files.ts";
import { rootfsDirectories } from "../../../container/rootfs/rootfs-directories.ts";
import { findContainer } from "../../../container/state/find.ts";
import type { Container, ContainerPlace } from "../../../container/state/list.ts";
import { TspodError } from "../../../errors.ts";
import { resolveImage } from "../../../image/images.ts";
import { imageDirectories } from "../../../image/layers.ts";
import type { Store } from "../../../system/store.ts";
import type { Names } from "./directive.ts";

const NOTHING: Names = { words: [], directive: "Default" };

/** Paths in an image: directories with a slash at their end. */
export function imagePaths(store: Store, image: string, typed: string): Names {
  const found = resolveImage(store, image);
  return found === undefined ? NOTHING : paths(imageDirectories(store, found.image), typed);
}

/** `CONTAINER:PATH`: the same of a container's files, without its volumes and other mounts. */
export function pathsInContainer(call: Pick<Call, "store" | "runtimeDirectory">, typed: string): Names {
  const colon = typed.indexOf(":");
  const place = { store: call.store(), runtimeDirectory: call.runtimeDirectory };
  const container = findOrNone(place, typed.slice(0, colon));
  if (container === undefined) return NOTHING;
  const directories = rootfsDirectories(place.store, container.record, container.paths);
  const found = paths(directories, typed.slice(colon + 1));
  return { ...found, words: found.words.map((word) => typed.slice(0, colon + 1) + word) };
}

function findOrNone(place: ContainerPlace, nameOrId: string): Container | undefined {
  try {
    return findContainer(place, nameOrId);
  } catch (error) {
    if (error instanceof TspodError) return undefined;
    throw error;
  }
}

/** As podman: with a directory typed, its content; otherwise the names that begin so. */
function paths(directories: readonly string[], typed: string): Names {
  const whole = typed === "" ? "/" : typed;
  const inside = listMerged(directories, whole);
  const parent = inside === undefined ? whole.slice(0, whole.lastIndexOf("/") + 1) : slashed(whole);
  const entries = inside ?? listMerged(directories, parent);
  if (entries === undefined) return NOTHING;
  if (inside?.length === 0) return { words: [parent], directive: "NoSpace" };
  const words = entries.map(({ name, isDirectory }) => `${parent}${name}${isDirectory ? "/" : ""}`);
  const fitting = words.filter((word) => word.startsWith(whole));
  const [first = ""] = fitting;
  return { words: fitting, directive: fitting.length > 1 || first.endsWith("/") ? "NoSpace" : "Default" };
}

function slashed(path: string): string {
  return path.endsWith("/") ? path : `${path}/`;
}
