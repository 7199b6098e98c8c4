import type { CreateOptions } from "../../options/create-options.ts";
import type { MountRequest } from "../../options/mount-request.ts";
import { findTarget } from "../start/namespaces.ts";
import type { ContainerPlace } from "../state/list.ts";

/**
 * The mounts that `--volumes-from` takes over: binds and volumes of the other containers, volumes by their
 * names. They are read-only as they are there, if neither `ro` nor `rw` is asked for.
 * @throws {NotFoundError} If there is no such container.
 */
export function mountsFromContainers(
  place: ContainerPlace,
  sources: CreateOptions["volumesFrom"],
): MountRequest[] {
  const byDestination = new Map<string, MountRequest>();
  for (const { container: nameOrId, options } of sources) {
    const { record } = findTarget(place, nameOrId, `looking up container "${nameOrId}" for volumes-from`);
    const names = new Map(record.volumes.map(({ destination, name }) => [destination, name]));
    for (const mount of record.options.mounts) {
      if (mount.type !== "bind" && mount.type !== "volume") continue;
      const name = names.get(mount.destination);
      const named = mount.type === "volume" && name !== undefined ? { ...mount, name } : mount;
      const readOnly = options.includes("ro") || (mount.readOnly && !options.includes("rw"));
      byDestination.set(mount.destination, { ...named, readOnly });
    }
  }
  return [...byDestination.values()];
}
