import { TspodError } from "../errors.ts";
import { appendEvent } from "../storage/events.ts";
import { containerEvent } from "./start/event.ts";
import type { Container, ContainerPlace } from "./state/list.ts";
import { signalProcess } from "./state/signal-process.ts";
import { isActive } from "./state/state.ts";
import { markStoppedByUser } from "./state/stopped-by-user.ts";

/**
 * Send a signal to a container's first process.
 * @throws {TspodError} If it does not run.
 */
export function killContainer({ store }: ContainerPlace, container: Container, signal: number): void {
  const { record, state } = container;
  if (!isActive(state) || state.status === "initialized") {
    throw new TspodError(
      `can only kill running containers. ${record.id} is in state ${state.status}: container state improper`,
    );
  }
  markStoppedByUser(container, "kill");
  signalProcess(state.pid, signal);
  appendEvent(store, containerEvent(record, "kill"));
}
