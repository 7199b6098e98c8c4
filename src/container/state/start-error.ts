import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { InterruptedError, messageChain, TspodError } from "../../errors.ts";
import type { ContainerPaths } from "./paths.ts";

type Paths = Pick<ContainerPaths, "directory" | "startError">;

/** Keep why a start has failed, for `why`. Not where somebody wanted it to end, or the container is gone. */
export function noteStartError({ directory, startError }: Paths, error: unknown): void {
  if (!(error instanceof TspodError) || error instanceof InterruptedError || !existsSync(directory)) return;
  try {
    writeFileSync(startError, `${messageChain(error)}\n`, { mode: 0o600 });
  } catch {
    // The start's own error is what the user has to see.
  }
}

/** A new start is a new try. */
export function clearStartError({ startError }: Pick<Paths, "startError">): void {
  rmSync(startError, { force: true });
}

/** In one line; undefined where the last start has not failed. */
export function readStartError({ startError }: Pick<Paths, "startError">): string | undefined {
  return existsSync(startError) ? readFileSync(startError, "utf8").trim() : undefined;
}
