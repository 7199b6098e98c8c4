import type { Call } from "../../cli/define-command.ts";
import { readInspectFacts } from "../../container/report/inspect-facts.ts";
import type { containerSize } from "../../container/rootfs/container-size.ts";
import { findContainer, latestContainer } from "../../container/state/find.ts";
import { type Container, type ContainerPlace, listContainers } from "../../container/state/list.ts";
import { readRunNetworks } from "../../container/state/run-networks.ts";
import { isActive } from "../../container/state/state.ts";
import { NotFoundError, TspodError } from "../../errors.ts";
import { resolveImage, type StoredImage } from "../../image/images.ts";
import { imageDirectories } from "../../image/layers.ts";
import { imageOfList, resolveImageList } from "../../image/lists.ts";
import { findNetwork } from "../../network/networks.ts";
import { hostPlatform } from "../../oci/choose-platform.ts";
import { inspectContainer } from "../../podman/inspect/container.ts";
import { inspectImage } from "../../podman/inspect/image.ts";
import { inspectNetwork, type NetworkMember } from "../../podman/inspect/network.ts";
import { inspectVolume } from "../../podman/inspect/volume.ts";
import type { Store } from "../../system/store.ts";
import { findVolume } from "../../volume/find-volume.ts";
import { hasOwner, needsCopyUp, volumeData } from "../../volume/volumes.ts";
import { networkPlaceSettings } from "../flags/network-settings.ts";
import type { FoundObject } from "./found-object.ts";
import { podObject } from "./pod-object.ts";

/** What inspect can look for. */
export const OBJECT_TYPES = ["all", "container", "image", "network", "pod", "volume"] as const;
export type ObjectType = (typeof OBJECT_TYPES)[number];

type Surroundings = Pick<
  Call,
  "store" | "runtimeDirectory" | "env" | "launch" | "globalFlags" | "conf" | "warn"
>;

export interface FindOptions {
  /** Measures a container's files, where that is asked for: it takes a walk over all of them. */
  readonly sizeOf?: typeof containerSize | undefined;
}

/** What --size needs, loaded for that alone. */
export async function measure(size: boolean): Promise<FindOptions> {
  return size ? { sizeOf: (await import("../../container/rootfs/container-size.ts")).containerSize } : {};
}

/**
 * The thing of that name, as inspect shows it.
 * @throws {NotFoundError} in podman's words for each type
 */
export function findObject(
  call: Surroundings,
  name: string,
  { type, sizeOf }: FindOptions & { type: ObjectType },
): FoundObject {
  switch (type) {
    case "container":
      return orElse(
        () => containerObject(call, findContainer(placeOf(call), name), { sizeOf }),
        `no such container "${name}"`,
      );
    case "image":
      return imageObject(call, name);
    case "volume":
      return volumeObject(call, name);
    case "network":
      return networkObject(call, name);
    case "pod":
      return podObject(call, name);
    case "all":
      return findAny(call, name, { sizeOf });
  }
}

/** The container that was created last. */
export function findLatest(call: Surroundings, { sizeOf }: FindOptions): FoundObject {
  return orElse(
    () => containerObject(call, latestContainer(placeOf(call)), { sizeOf }),
    "no containers to inspect: no such container",
  );
}

function findAny(call: Surroundings, name: string, { sizeOf }: FindOptions): FoundObject {
  for (const type of ["container", "image", "volume", "network", "pod"] as const) {
    try {
      return findObject(call, name, { type, sizeOf });
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
    }
  }
  throw new NotFoundError(`no such object: "${name}"`);
}

function placeOf(call: Surroundings): ContainerPlace {
  return { store: call.store(), runtimeDirectory: call.runtimeDirectory };
}

function containerObject(call: Surroundings, container: Container, { sizeOf }: FindOptions): FoundObject {
  const store = call.store();
  const { env, launch, globalFlags } = call;
  const user = { env, uid: launch.uid, manager: globalFlags["cgroup-manager"] };
  const object = inspectContainer(container, {
    ...readInspectFacts(container, { store, user }),
    ...(sizeOf === undefined ? {} : { size: sizeOf(store, container) }),
  });
  return { kind: "container", object };
}

function imageObject(call: Surroundings, name: string): FoundObject {
  const store = call.store();
  const image = resolveImage(store, name)?.image ?? imageOfNamedList(store, name);
  if (image === undefined) throw new NotFoundError(`${name}: image not known`);
  return { kind: "image", object: inspectImage(image, imageDirectories(store, image)) };
}

function imageOfNamedList(store: Store, name: string): StoredImage | undefined {
  const list = resolveImageList(store, name)?.image;
  if (list === undefined) return undefined;
  try {
    return imageOfList(store, list, hostPlatform(process.arch));
  } catch (error) {
    if (!(error instanceof TspodError)) throw error;
    throw new NotFoundError(`inspecting object: ${error.message}: image not known`);
  }
}

function volumeObject(call: Surroundings, name: string): FoundObject {
  const store = call.store();
  const volume = orElse(() => findVolume(store, name), `no such volume ${name}`);
  const users = listContainers(placeOf(call)).filter(
    ({ record, state }) => isActive(state) && record.volumes.some((used) => used.name === volume.name),
  );
  const object = inspectVolume(volume, {
    mountpoint: volumeData(store, volume.name),
    mountCount: users.length,
    needsCopyUp: needsCopyUp(store, volume.name),
    needsChown: !hasOwner(store, volume.name),
  });
  return { kind: "volume", object };
}

function networkObject(call: Surroundings, name: string): FoundObject {
  const place = placeOf(call);
  const networks = { store: place.store, warn: call.warn, ...networkPlaceSettings(call) };
  try {
    const record = findNetwork(networks, name);
    return { kind: "network", object: inspectNetwork(record, membersOf(place, record.name)) };
  } catch (error) {
    if (error instanceof NotFoundError) throw new NotFoundError(`network ${name}`, { cause: error });
    throw error;
  }
}

function membersOf(place: ContainerPlace, network: string): NetworkMember[] {
  return listContainers(place).flatMap(({ record, state, paths }) => {
    if (!isActive(state)) return [];
    const attached = readRunNetworks(paths).find(({ name }) => name === network);
    return attached === undefined ? [] : [{ id: record.id, name: record.name, attached }];
  });
}

function orElse<R>(find: () => R, message: string): R {
  try {
    return find();
  } catch (error) {
    if (error instanceof NotFoundError) throw new NotFoundError(message);
    throw error;
  }
}
