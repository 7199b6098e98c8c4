import { runHealthClient } from "./monitor/attach.ts";
import { activeHealthcheck, readHealth } from "./state/health.ts";
import type { Container } from "./state/list.ts";
import { waitForState } from "./state/wait.ts";

/** How long the monitor may take to begin a restart, and beyond the stop's own time to be through with it. */
const BEGIN_MS = 300;
const RESTART_MS = 10_000;

/**
 * Have the monitor run a health check after whose failures the container is run again. Where this is one of
 * these, the container runs again when this returns, as with Podman.
 * @param timeout of the check, in words
 * @returns 0 healthy, 1 unhealthy, 125 where there is no result
 */
export async function checkAndAwaitRestart(container: Container, timeout: string): Promise<number> {
  const { record, paths, state } = container;
  const code = await runHealthClient(paths.runtime, timeout);
  if (code === 0) return code;
  const isAnother = (startedAt: string | undefined) =>
    startedAt !== undefined && startedAt !== state.startedAt;
  const begun = await waitForState(
    paths,
    (now) => now.status !== "running" || isAnother(now.startedAt) || failsNow(container),
    { timeoutMs: BEGIN_MS },
  );
  if (begun === undefined) return code; // one of several failures that have to come in a row
  await waitForState(paths, (now) => now.status === "running" && isAnother(now.startedAt), {
    timeoutMs: record.options.process.stopTimeout * 1000 + RESTART_MS,
  });
  return code;
}

function failsNow({ record, paths }: Container): boolean {
  return (
    activeHealthcheck(record.options) !== undefined &&
    readHealth(record.options, paths)?.status === "unhealthy"
  );
}
