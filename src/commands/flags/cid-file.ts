import { readFileSync } from "node:fs";
import { TspodError } from "../../errors.ts";
import { isSystemError, systemErrorReason } from "../../os/system-error.ts";

/**
 * The container's ID in a file that `run --cidfile` has written.
 * @param path absolute or relative to the working directory
 * @throws {TspodError} `reading CIDFile: open PATH: …`, whose cause is the system's error
 */
export function readCidFile(path: string): string {
  try {
    return readFileSync(path, "utf8").split("\n")[0] ?? "";
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new TspodError(`reading CIDFile: open ${path}: ${systemErrorReason(error)}`);
  }
}
