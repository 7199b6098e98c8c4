import { InUseError, TspodError } from "../errors.ts";
import type { AttachedNetwork } from "../network/attached-network.ts";
import { checkConnected, namedNetworks, withNetwork, withoutNetwork } from "../network/change-attachment.ts";
import { networkEvent } from "../network/event.ts";
import { findNetwork } from "../network/networks.ts";
import type { NetworkRecord } from "../network/record.ts";
import type { ContainerRecord } from "../options/container-record.ts";
import type { NetworkAttachment, NetworkMode } from "../options/network-mode.ts";
import { readContainerRecord, writeContainerRecord } from "../storage/containers/container-directory.ts";
import { appendEvent } from "../storage/events.ts";
import { lockContainer } from "../storage/storage-lock.ts";
import { resolveNetworks } from "./create/choose-networks.ts";
import { changeNetworkFiles } from "./start/change-network-files.ts";
import { chooseNetworks, writeNetworkChange } from "./start/plan/bridge-plan.ts";
import type { Engine } from "./state/engine.ts";
import { type Container, withState } from "./state/list.ts";
import { networkPlace } from "./state/network-place.ts";
import { readRunNetworks } from "./state/run-networks.ts";
import { isActive } from "./state/state.ts";
import { changeRunNetworks, setRunNetworks } from "./tell-monitor.ts";

/**
 * Put a container into a further network; one that runs gets its interface at once.
 * @throws {NotFoundError} If there is no such network.
 * @throws {InUseError} If it is in the network already.
 * @throws {TspodError} If the container has no networks with names, or an address can't be had.
 */
export async function connectNetwork(
  engine: Engine,
  { record: { id } }: Container,
  asked: NetworkAttachment,
): Promise<void> {
  using _lock = await lockContainer(engine.store, id);
  const container = withState(engine, readContainerRecord(engine.store, id));
  const { mode } = container.record.options.network;
  namedNetworks(mode);
  const network = findNetwork(networkPlace(engine), asked.name);
  if (namedNetworks(mode).some(({ name }) => name === network.name)) {
    if (container.state.status === "created") return; // as Podman: nothing has come of it yet
    throw new InUseError(
      `container ${id} is already connected to network ${network.name}: network is already connected`,
    );
  }
  const [attachment = asked] = resolveNetworks(networkPlace(engine), [asked]);
  const next = withMode(container.record, withNetwork(mode, attachment));
  if (isActive(container.state)) {
    const there = readRunNetworks(container.paths);
    await applyChange(engine, container, {
      next,
      choose: () =>
        chooseNetworks(
          engine,
          { ...container, record: next },
          { attachments: [attachment], there, note: writeNetworkChange },
        ),
    });
  }
  finish(engine, next, { status: "connect", network });
}

/**
 * Take a container out of a network; one that runs loses its interface at once.
 * @throws {NotFoundError} If there is no such network, or the container isn't in it.
 */
export async function disconnectNetwork(
  engine: Engine,
  { record: { id } }: Container,
  network: NetworkRecord,
): Promise<void> {
  using _lock = await lockContainer(engine.store, id);
  const container = withState(engine, readContainerRecord(engine.store, id));
  const { mode } = container.record.options.network;
  checkConnected(mode, network.name, container.record.name);
  const next = withMode(container.record, withoutNetwork(mode, network.name));
  if (isActive(container.state)) {
    await applyChange(engine, container, {
      next,
      async choose() {
        const left = withWayOut(readRunNetworks(container.paths).filter(({ name }) => name !== network.name));
        writeNetworkChange(engine, { ...container, record: next }, left);
        return left;
      },
    });
  }
  finish(engine, next, { status: "disconnect", network });
}

/** Where the way out was through the network that is left, another one leads out. */
function withWayOut(networks: readonly AttachedNetwork[]): AttachedNetwork[] {
  if (networks.some(({ isDefault }) => isDefault)) return [...networks];
  const next = networks.find(({ internal }) => !internal);
  return networks.map((network) => (network === next ? { ...network, isDefault: true } : network));
}

function withMode(record: ContainerRecord, mode: NetworkMode): ContainerRecord {
  const { options } = record;
  return { ...record, options: { ...options, network: { ...options.network, mode } } };
}

/** Have the monitor change a run's networks. */
async function applyChange(
  engine: Engine,
  container: Container,
  { next, choose }: { next: ContainerRecord; choose: () => Promise<readonly AttachedNetwork[]> },
): Promise<void> {
  const before = readRunNetworks(container.paths);
  const after = await choose();
  changeRunNetworks(engine, { ...container, record: next }, { networks: after, change: "changed" });
  changeNetworkFiles({ ...container, record: next }, { before, after, warn: engine.warn });
}

function finish(
  { store }: Engine,
  record: ContainerRecord,
  { status, network }: { status: "connect" | "disconnect"; network: NetworkRecord },
): void {
  writeContainerRecord(store, record);
  appendEvent(store, networkEvent(status, network, record));
}

/**
 * Make the interfaces of a running container anew, with the same addresses, and its ports.
 * @throws {TspodError} If it is in no network with a name, or does not run.
 */
export async function reloadNetworks(engine: Engine, { record: { id } }: Container): Promise<void> {
  using _lock = await lockContainer(engine.store, id);
  const container = withState(engine, readContainerRecord(engine.store, id));
  if (!canReload(container))
    throw new TspodError(
      isActive(container.state)
        ? `container ${id} network is not configured, refusing to reload: container state improper`
        : "cannot reload network unless container network has been configured: container state improper",
    );
  const networks = readRunNetworks(container.paths);
  setRunNetworks(engine, container, { networks, change: "again" });
}

/** Whether it runs in networks with names. */
export function canReload({ record, state }: Container): boolean {
  return record.options.network.mode.kind === "bridge" && isActive(state);
}

/** What the networks of a run are called, and whom they ask, has changed: its interfaces stay as they are. */
export async function refreshNetworks(
  engine: Engine,
  { record: { id } }: Container,
  change: (networks: readonly AttachedNetwork[]) => readonly AttachedNetwork[],
): Promise<void> {
  using _lock = await lockContainer(engine.store, id);
  const container = withState(engine, readContainerRecord(engine.store, id));
  if (!canReload(container)) return;
  const networks = change(readRunNetworks(container.paths));
  setRunNetworks(engine, container, { networks, change: "changed" });
}
