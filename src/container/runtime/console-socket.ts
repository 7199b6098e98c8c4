import type { Runtime } from "../../rootless/runtime.ts";

/**
 * The runtime's flags for the console socket in a monitor's directory. runc connects to the path that it
 * gets, and a socket's path ends at 108 bytes, so the monitor hands it the directory as a descriptor behind
 * the preserved ones.
 */
export function consoleSocketFlags(
  runtime: Runtime,
  { path, preservedFds }: { path: string; preservedFds: number },
): string[] {
  return ["--console-socket", runtime.name === "runc" ? `/proc/self/fd/${3 + preservedFds}/console` : path];
}
