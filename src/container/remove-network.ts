import { InUseError } from "../errors.ts";
import { networkEvent } from "../network/event.ts";
import { deleteNetwork, listNetworks, lockNetworks } from "../network/networks.ts";
import type { NetworkRecord } from "../network/record.ts";
import { appendEvent } from "../storage/events.ts";
import { lockStorage } from "../storage/storage-lock.ts";
import { isPodThere, removeContainer } from "./remove.ts";
import type { Engine } from "./state/engine.ts";
import { type Container, type ContainerPlace, listContainers } from "./state/list.ts";
import { networkPlace } from "./state/network-place.ts";

/** Whether a container was created with, or connected to, the network. */
export function usesNetwork({ record }: Pick<Container, "record">, name: string): boolean {
  const { mode } = record.options.network;
  return mode.kind === "bridge" && mode.networks.some((network) => network.name === name);
}

/** The containers in a network, stopped ones too. */
export function networkUsers(place: ContainerPlace, name: string): Container[] {
  return listContainers(place).filter((container) => usesNetwork(container, name));
}

export interface NetworkRemoval {
  /** The word that the user has for it. */
  readonly operand: string;
  /** Remove its containers first. */
  readonly force: boolean;
  /** Seconds before SIGKILL, with force. */
  readonly timeout: number;
  /** Removes a pod whose infra container is in the network: with force. */
  readonly removePod: (id: string) => Promise<void>;
}

/**
 * Remove a network.
 * @throws {InUseError} If containers are in it and force is not given.
 * @throws {TspodError} If it is the default network.
 */
export async function removeNetwork(
  engine: Engine,
  { name }: NetworkRecord,
  { operand, force, timeout, removePod }: NetworkRemoval,
): Promise<void> {
  const options = {
    force: true,
    volumes: false,
    timeout,
    warn: engine.warn,
  };
  if (force && name !== networkPlace(engine).settings.defaultName) {
    for (const container of networkUsers(engine, name)) {
      const pod = infraPod(container);
      if (pod !== undefined && isPodThere(engine, pod)) await removePod(pod);
      else await removeContainer(engine, container, options);
    }
  }
  if (!(await removeUnused(engine, name))) {
    throw new InUseError(
      `"${operand}" has associated containers with it. Use -f to forcibly delete containers and pods: network is being used`,
    );
  }
}

/** The ID of the pod whose infra container this is. */
function infraPod({ record: { options } }: Container): string | undefined {
  return options.pod?.infra === true ? options.pod.id : undefined;
}

/** Returns false where containers are in it. */
async function removeUnused(engine: Engine, name: string): Promise<boolean> {
  const place = networkPlace(engine);
  using _storage = await lockStorage(engine.store, "exclusive");
  using _networks = await lockNetworks(place);
  const record = listNetworks(place).find((network) => network.name === name);
  if (record === undefined) return true;
  if (name !== place.settings.defaultName && networkUsers(engine, name).length > 0) return false;
  deleteNetwork(place, name);
  appendEvent(engine.store, networkEvent("remove", record));
  return true;
}

/** Names of the networks that no container is in; the default one never goes. */
export function unusedNetworks(engine: Engine, fits: (network: NetworkRecord) => boolean): string[] {
  const place = networkPlace(engine);
  const containers = listContainers(engine);
  return listNetworks(place)
    .filter(({ name }) => name !== place.settings.defaultName)
    .filter(
      (network) => fits(network) && !containers.some((container) => usesNetwork(container, network.name)),
    )
    .map(({ name }) => name);
}

/** Remove networks by name; one that has come into use meanwhile stays. @returns those that are gone */
export async function removeUnusedNetworks(engine: Engine, names: readonly string[]): Promise<string[]> {
  const gone: string[] = [];
  for (const name of names) if (await removeUnused(engine, name)) gone.push(name);
  return gone;
}
