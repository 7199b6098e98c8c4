import { statSync } from "node:fs";
import { join } from "node:path";
import { libDirectory } from "../os/program-files.ts";

/** When this program was installed, in seconds since the epoch. */
export function builtTime(): number {
  const bundle = statSync(join(libDirectory, "main.cjs"), { throwIfNoEntry: false });
  return Math.floor((bundle ?? statSync(import.meta.filename)).mtimeMs / 1000);
}
