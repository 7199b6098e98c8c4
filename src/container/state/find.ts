import { NotFoundError } from "../../errors.ts";
import { lookupContainer, readContainerRecord } from "../../storage/containers/container-directory.ts";

import { type Container, type ContainerPlace, listContainers, withState } from "./list.ts";

export { lookupContainer } from "../../storage/containers/container-directory.ts";

/**
 * The container that goes by a name, an ID, or a unique prefix of an ID.
 * @throws {NotFoundError} If there is none.
 * @throws {TspodError} If a prefix fits several.
 */
export function findContainer(place: ContainerPlace, nameOrId: string): Container {
  return withState(place, readContainerRecord(place.store, lookupContainer(place.store, nameOrId)));
}

/** The container that was created last. @throws {NotFoundError} If there is none. */
export function latestContainer(place: ContainerPlace): Container {
  const latest = listContainers(place).at(-1);
  if (latest === undefined) throw new NotFoundError("no such container");
  return latest;
}

/** The container with the state that it has now. */
export function refreshed(place: ContainerPlace, container: Container): Container {
  return withState(place, container.record);
}
