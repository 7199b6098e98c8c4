import type { ResourceOptions } from "../options/create-options.ts";

/* What a start makes of options, and inspect shows: apart, since inspect loads no more of a start. */

/** Where the init binary is bound in the container. */
export const INIT_PATH = "/run/podman-init";

/** A command behind the init binary. */
export function initArgs(command: readonly string[]): string[] {
  return [INIT_PATH, "--", ...command];
}

/** As Docker and Podman: without --memory-swap a container gets as much swap as memory. */
export function swapLimit({ memory, memorySwap }: ResourceOptions): number | undefined {
  return memorySwap ?? (memory === undefined || memory === 0 ? undefined : memory * 2);
}
