import type { Runtime } from "../../rootless/runtime.ts";

/**
 * The path of the console socket in a monitor's directory as the runtime is told it. runc connects to what it
 * is given, and a socket's path ends at 108 bytes: the monitor hands it the directory as a descriptor behind
 * the preserved ones.
 */
export function consoleSocketFlags(
  runtime: Runtime,
  { path, preservedFds }: { path: string; preservedFds: number },
): string[] {
  return ["--console-socket", runtime.name === "runc" ? `/proc/self/fd/${3 + preservedFds}/console` : path];
}
