import type { ContainerState } from "../container/state/state.ts";
import { humanDuration } from "./human-duration.ts";

/** Milliseconds since the epoch of a monitor's `SECONDS.NANOSECONDS`; undefined stays so. */
export function milliseconds(time: string | undefined): number | undefined {
  return time === undefined ? undefined : Number(time) * 1000;
}

/** `SECONDS.NANOSECONDS` as RFC 3339 in UTC, without the fraction's last zeros. */
export function toRfc3339(time: string | undefined): string | undefined {
  if (time === undefined) return undefined;
  const [seconds = "0", fraction = ""] = time.split(".");
  const digits = fraction.replace(/0+$/, "");
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}${digits === "" ? "" : `.${digits}`}Z`;
}

/**
 * The STATUS column: `Up 3 minutes`, `Exited (0) 2 seconds ago`, `Created`.
 * @param now milliseconds since the epoch
 */
export function statusText(state: ContainerState, now: number): string {
  const since = (time: string | undefined): string =>
    humanDuration((now - (milliseconds(time) ?? now)) / 1000);
  if (state.status === "running") return `Up ${since(state.startedAt)}`;
  if (state.restartsAt !== undefined) {
    const left = Math.max(0, (milliseconds(state.restartsAt) ?? now) - now) / 1000;
    return `Restarting (${state.exitCode}) in ${left < 10 ? left.toFixed(1) : Math.round(left)} s`;
  }
  if (state.status === "exited")
    return `Exited (${state.exitCode}) ${since(state.finishedAt ?? state.startedAt)} ago`;
  return `${state.status.slice(0, 1).toUpperCase()}${state.status.slice(1)}`;
}
