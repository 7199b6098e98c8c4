import { NotFoundError, TspodError } from "../errors.ts";
import type { ContainerRecord } from "../options/container-record.ts";
import type { PortMapping } from "../options/network-mode.ts";
import { mergePorts } from "../options/parse/port.ts";
import { eachPort, joinPorts, portMatcher } from "../options/port-change.ts";
import { readContainerRecord, writeContainerRecord } from "../storage/containers/container-directory.ts";
import { appendEvent } from "../storage/events.ts";
import { lockContainer } from "../storage/storage-lock.ts";
import { choosePorts } from "./create/choose-ports.ts";
import { checkForwards } from "./start/check-host.ts";
import { containerEvent } from "./start/event.ts";
import type { Engine } from "./state/engine.ts";
import { type Container, withState } from "./state/list.ts";
import { readRunNetworks } from "./state/run-networks.ts";
import { isActive } from "./state/state.ts";
import { setRunNetworks } from "./tell-monitor.ts";

/**
 * Publish further ports of a container, from now on and for its next starts.
 * @returns what they are on the host
 * @throws {TspodError} If one can't be had: then nothing has changed.
 */
export async function addPorts(
  engine: Engine,
  { record: { id } }: Container,
  asked: readonly PortMapping[],
): Promise<readonly PortMapping[]> {
  using _lock = await lockContainer(engine.store, id);
  const record = readContainerRecord(engine.store, id);
  const chosen = await choosePorts(asked);
  await changePorts(engine, record, mergePorts([...record.options.network.ports, ...chosen]));
  return chosen;
}

/**
 * Publish some ports of a container no longer.
 * @param text which, as `port rm` takes it
 * @throws {NotFoundError} If none fits.
 */
export async function removePorts(
  engine: Engine,
  { record: { id, name } }: Container,
  text: string,
): Promise<void> {
  const fits = portMatcher(text);
  using _lock = await lockContainer(engine.store, id);
  const record = readContainerRecord(engine.store, id);
  const singles = eachPort(record.options.network.ports);
  if (!singles.some(fits))
    throw new NotFoundError(`container ${name} publishes no port that "${text}" means`);
  await changePorts(engine, record, joinPorts(singles.filter((port) => !fits(port))));
}

async function changePorts(
  engine: Engine,
  record: ContainerRecord,
  ports: readonly PortMapping[],
): Promise<void> {
  const { options } = record;
  const container = withState(engine, record);
  refuseMode(container);
  const next = { ...record, options: { ...options, network: { ...options.network, ports } } };
  checkForwards(next.options);
  if (isActive(container.state)) {
    const networks = readRunNetworks(container.paths);
    setRunNetworks(engine, { ...container, record: next }, { networks, change: "changed" });
  }
  writeContainerRecord(engine.store, next);
  appendEvent(engine.store, containerEvent(record, "update"));
}

/** @throws {TspodError} Where the ports of a running container can't be changed. */
function refuseMode({ record, state }: Container): void {
  const { kind } = record.options.network.mode;
  if (["none", "host", "container", "path"].includes(kind))
    throw new TspodError(`container ${record.name} has the network mode ${kind}, which publishes no ports`);
  if (kind !== "bridge" && isActive(state))
    throw new TspodError(
      `the ports of container ${record.name} can't change while it runs, since its network is ${kind}: stop it first, or run it in a network with a name`,
    );
}
