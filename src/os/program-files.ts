import { readFileSync } from "node:fs";
import { join } from "node:path";

declare const TSPOD_BUNDLED: boolean | undefined;

/**
 * Absolute path of the directory with our own programs: addon.node, tspod-monitor, tspod-attach, node, …
 * In the bundle it is where main.cjs lies; from source, what `make -C native` has built into dist.
 */
export const libDirectory: string =
  typeof TSPOD_BUNDLED === "undefined"
    ? join(import.meta.dirname, "..", "..", "dist", "lib", "tspod")
    : import.meta.dirname;

/**
 * Absolute path of the root directory of infra containers: the pause program is all that is in it. It is part
 * of the program, so that nothing is copied or made for a pod, and an update reaches old pods as well.
 */
export const pauseRoot: string = join(libDirectory, "pause-root");

/** Absolute path of tspod itself, for units and programs that call it later. */
export const programFile: string = join(libDirectory, "..", "..", "bin", "tspod");

/** The kind of package that this program came in; undefined for one that was built in a checkout. */
export function packageKind(): string | undefined {
  try {
    return readFileSync(join(libDirectory, "package"), "utf8").trim();
  } catch {
    return undefined; // only packages have that file
  }
}
