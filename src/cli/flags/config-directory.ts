import { statSync } from "node:fs";
import { isSystemError, systemErrorReason } from "../../os/system-error.ts";
import { UnprefixedError } from "./global-options.ts";

/**
 * The directory of --config, which need not be there yet.
 * @throws {TspodError} If it is no directory.
 */
export function checkConfigDirectory(config: string): void {
  try {
    if (statSync(config).isDirectory()) return;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (error.code === "ENOENT") return;
    const reason = systemErrorReason(error);
    throw new UnprefixedError(
      `Supplied --config folder (${config}) exists but is not accessible: stat ${config}: ${reason}`,
    );
  }
  throw new UnprefixedError(`Supplied --config file (${config}) is not a directory`);
}
