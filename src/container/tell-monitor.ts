import { rmSync } from "node:fs";
import { TspodError } from "../errors.ts";
import type { AttachedNetwork } from "../network/attached-network.ts";
import { tellMonitor as tellMonitorAt } from "../os/process.ts";
import { parseFailure } from "../protocol/answers.ts";
import { writeNetworkChange, writeNetworkFacts } from "./start/plan/bridge-plan.ts";
import { startFailure } from "./start/start-failure.ts";
import type { Engine } from "./state/engine.ts";
import { type Container, withState } from "./state/list.ts";
import { isActive } from "./state/state.ts";

/** The part of its networks that a monitor is to do again: what has changed, or all interfaces. */
export type NetworkChange = "changed" | "again";
/** What a monitor can be informed of: that, or that its settings have changed. */
export type MonitorChange = NetworkChange | "settings";

/** native/attach-protocol.h, MSG_CHANGE */
const BYTES = { changed: "c", again: "a", settings: "s" } as const;

/** The container's run has ended, or the container has been removed, before its monitor heard of a change. */
export class EndedMeanwhileError extends TspodError {
  constructor(id: string) {
    super(`container ${id} has ended meanwhile: container state improper`);
  }
}

/**
 * Have the monitor of a running container carry out the change of its networks that has been written
 * (writeNetworkChange), and note it as the run's. Who is killed meanwhile has changed nothing: the monitor
 * takes no change from one who has gone.
 * @throws {TspodError} As tellMonitor().
 */
export function changeRunNetworks(
  engine: Engine,
  container: Container,
  { networks, change }: { networks: readonly AttachedNetwork[]; change: NetworkChange },
): void {
  try {
    tellMonitor(engine, container, change);
  } catch (error) {
    rmSync(container.paths.networkChange, { force: true });
    throw error;
  }
  writeNetworkFacts(container, networks);
}

/**
 * Write down a change of a running container's networks, and have its monitor carry it out.
 * @throws {TspodError} As tellMonitor().
 */
export function setRunNetworks(
  engine: Engine,
  container: Container,
  change: { networks: readonly AttachedNetwork[]; change: NetworkChange },
): void {
  writeNetworkChange(engine, container, change.networks);
  changeRunNetworks(engine, container, change);
}

/**
 * Have the monitor of a running container carry out the change of its networks, or of its settings, that has
 * been written.
 * @throws {EndedMeanwhileError} If nobody is there any more who could.
 * @throws {TspodError} If it can't: then it has gone back to what was before.
 */
export function tellMonitor(engine: Engine, container: Container, change: MonitorChange): void {
  const answer = tellMonitorAt(container.paths.runtime, BYTES[change]);
  if (answer === "") return;
  const failure = answer === undefined ? undefined : parseFailure(`failed ${answer}`);
  if (failure !== undefined) throw startFailure(failure, container);
  if (!isActive(withState(engine, container.record).state))
    throw new EndedMeanwhileError(container.record.id);
  throw new TspodError(
    `the monitor of container ${container.record.id} gives no answer: restart the container`,
  );
}
