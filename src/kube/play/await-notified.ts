import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Engine } from "../../container/state/engine.ts";
import { refreshed } from "../../container/state/find.ts";
import { readHealth } from "../../container/state/health.ts";
import type { Container } from "../../container/state/list.ts";
import { isActive } from "../../container/state/state.ts";
import { TspodError } from "../../errors.ts";

/** Between two looks. */
const PAUSE_MS = 50;

/**
 * Wait until all of these containers that have the annotation io.containers.sdnotify are ready: one of
 * `container` when its process has said READY=1, one of `healthy` when it is, one of `conmon` at once.
 * @throws {TspodError} If one ends before that.
 */
export async function awaitNotified(
  engine: Engine,
  containers: readonly Container[],
  signal: AbortSignal,
): Promise<void> {
  await Promise.all(containers.map((container) => awaitOne(engine, container, signal)));
}

async function awaitOne(engine: Engine, container: Container, signal: AbortSignal): Promise<void> {
  for (;;) {
    const now = refreshed(engine, container);
    if (isReady(now)) return;
    if (!isActive(now.state))
      throw new TspodError(
        `container ${now.record.name} has ended before it was ready, as annotation io.containers.sdnotify=${now.record.options.sdnotify} asks`,
      );
    await sleep(PAUSE_MS, undefined, { signal });
  }
}

/** Looked at after the state: what is noted before the end is seen. */
function isReady({ record: { options }, paths }: Container): boolean {
  if (options.sdnotify === "container") return existsSync(paths.notified);
  return options.sdnotify !== "healthy" || readHealth(options, paths)?.status === "healthy";
}
