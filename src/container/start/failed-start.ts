import { rmSync } from "node:fs";
import { TspodError } from "../../errors.ts";
import { parseFailure } from "../../protocol/answers.ts";
import { lockContainer } from "../../storage/storage-lock.ts";
import { MONITOR_ENDED_EARLY } from "../monitor/monitor.ts";
import type { EngineSurroundings } from "../state/engine.ts";
import type { Container } from "../state/list.ts";
import { startFailure } from "./start-failure.ts";

/**
 * Undo the first start of a container, which had been handed over, as startContainer() would have.
 * @param answer the monitor's last line; empty where it ended without one
 * @returns what went wrong
 */
export async function undoFailedStart(
  { store }: EngineSurroundings,
  container: Container,
  answer: string,
): Promise<TspodError> {
  const { record, paths } = container;
  using _lock = await lockContainer(store, record.id);
  const failure = parseFailure(answer);
  const error =
    failure === undefined ? new TspodError(MONITOR_ENDED_EARLY) : startFailure(failure, container);
  rmSync(paths.runtime, { recursive: true, force: true });
  rmSync(paths.startFile, { force: true });
  return error;
}
