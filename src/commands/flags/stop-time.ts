import type { Container } from "../../container/state/list.ts";

/** `--time` of what stops a container. */
export const stopTimeFlag = {
  type: "int",
  short: "t",
  aliases: ["timeout"],
  value: "SECONDS",
  help: "Seconds to wait before killing the container; -1 waits for as long as it takes",
} as const;

/** As Podman, which takes -1 for the largest number of its type: some 136 years. */
const FOREVER = 2 ** 32 - 1;

/**
 * How long a container gets to end by itself, in seconds.
 * @param time as given; undefined is the container's own
 */
export function stopTimeout(time: number | undefined, { record }: Pick<Container, "record">): number {
  return time === undefined ? record.options.process.stopTimeout : stopSeconds(time);
}

/** Seconds of `--time` as given. */
export function stopSeconds(time: number): number {
  return time < 0 ? FOREVER : time;
}
