import type { CreateOptions } from "../oci/create-options.ts";
import type { MountRequest } from "../oci/mount-request.ts";
import { findContainer } from "./find.ts";
import type { ContainerPlace } from "./list.ts";

/**
 * The mounts that `--volumes-from` takes over: binds and volumes of the other containers, volumes by their names.
 * @throws {NotFoundError} If there is no such container.
 */
export function mountsFromContainers(
  place: ContainerPlace,
  sources: CreateOptions["volumesFrom"],
): MountRequest[] {
  const byDestination = new Map<string, MountRequest>();
  for (const { container: nameOrId, options } of sources) {
    const { record } = findContainer(place, nameOrId);
    const names = new Map(record.volumes.map(({ destination, name }) => [destination, name]));
    for (const mount of record.options.mounts) {
      if (mount.type !== "bind" && mount.type !== "volume") continue;
      const name = names.get(mount.destination);
      const named = mount.type === "volume" && name !== undefined ? { ...mount, name } : mount;
      byDestination.set(mount.destination, { ...named, readOnly: mount.readOnly || options.includes("ro") });
    }
  }
  return [...byDestination.values()];
}
