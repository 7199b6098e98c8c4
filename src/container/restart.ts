import { writeFileSync } from "node:fs";
import { TspodError } from "../errors.ts";
import { appendEvent } from "../storage/events.ts";
import { containerEvent } from "./start/event.ts";
import { startContainer } from "./start/start.ts";
import type { Engine } from "./state/engine.ts";
import type { Container } from "./state/list.ts";
import { NO_WINDOW } from "./state/start-options.ts";
import { isActive } from "./state/state.ts";
import { type StopOptions, stopContainer } from "./stop.ts";

/**
 * Stop a container as `stop` does, and start it again. One that does not run is started.
 * @throws {TspodError} If it is paused, does not end, or can't be started.
 */
export async function restartContainer(
  engine: Engine,
  container: Container,
  options: StopOptions,
): Promise<void> {
  const { record, paths, state } = container;
  if (state.status === "paused") {
    throw new TspodError(
      "unable to restart a container in a paused or unknown state: container state improper",
    );
  }
  appendEvent(engine.store, containerEvent(record, "restart"));
  // The monitor of a --rm container removes it when it has ended; this one is to stay.
  if (record.options.rm && isActive(state)) writeFileSync(paths.keep, "");
  await stopContainer(engine, container, options);
  await startContainer(engine, container, { window: NO_WINDOW, hold: false });
}
