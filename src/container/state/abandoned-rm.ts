import type { Container } from "./list.ts";

/** A `run` takes less time than this from making its container to starting it, in milliseconds. */
const RUN_MS = 60_000;

/**
 * Whether a container with --rm is there only because all that would have removed it was killed: the monitor
 * of its run, or the `run` that was about to start it. Podman removes such ones after the next boot.
 * @param now milliseconds since the epoch
 */
export function isAbandonedRm({ record, state }: Container, now: number): boolean {
  const { rm, restart } = record.options;
  if (!rm || restart.name !== "no" || state.monitorPid !== 0) return false;
  if (state.status === "exited") return state.exitCode === -1 && !state.timedOut;
  const made = Date.parse(record.created);
  return (
    state.status === "created" && record.createCommand.slice(1, 3).includes("run") && now - made > RUN_MS
  );
}
