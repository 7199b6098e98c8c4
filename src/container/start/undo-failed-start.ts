import { rmSync } from "node:fs";
import { TspodError } from "../../errors.ts";
import { parseFailure } from "../../protocol/answers.ts";
import { lockContainer } from "../../storage/storage-lock.ts";
import { MONITOR_ENDED_EARLY } from "../monitor/monitor.ts";
import type { Engine } from "../state/engine.ts";
import { readFacts } from "../state/fact-file.ts";
import type { Container } from "../state/list.ts";
import { noteStartError } from "../state/start-error.ts";
import { notedCgroup } from "../state/start-facts.ts";
import { startFailure } from "./start-failure.ts";

/**
 * Undo the first start of a container, which had been handed over, as startContainer() would have. Nothing is
 * undone where another start has followed.
 * @param start.run the run's name
 * @param start.answer the monitor's last line; empty where it ended without one
 * @returns what went wrong
 * @throws {NotFoundError} If the container was removed meanwhile.
 */
export async function undoFailedStart(
  { store }: Engine,
  container: Container,
  { run, answer }: { readonly run: string; readonly answer: string },
): Promise<TspodError> {
  const { record, paths } = container;
  using _lock = await lockContainer(store, record.id);
  const failure = parseFailure(answer);
  const error =
    failure === undefined ? new TspodError(MONITOR_ENDED_EARLY) : startFailure(failure, container);
  const start = readFacts(paths.startFile);
  if (start?.get("run") !== run) return error;
  noteStartError(paths, error);
  (await import("./clear-run.ts")).clearFailedRun(container, notedCgroup(start));
  rmSync(paths.startFile, { force: true });
  return error;
}
