import { statSync } from "node:fs";
import { resolve } from "node:path";
import { TspodError } from "../../errors.ts";
import { hasCode } from "../../os/system-error.ts";

/**
 * `--health-log-destination`: local, events_logger, or a directory that is there.
 * @param cwd what a relative path begins at
 * @returns the word, or the directory's absolute path
 * @throws {TspodError} If it is neither.
 */
export function findHealthLogDestination(text: string, cwd: string): string {
  if (text === "local" || text === "events_logger") return text;
  if (text === "") throw notThere(text);
  const path = resolve(cwd, text);
  try {
    if (statSync(path).isDirectory()) return path;
  } catch (error) {
    if (hasCode(error, "ENOENT")) throw notThere(text);
    throw error;
  }
  throw new TspodError(`HealthCheck Log '${text}' destination must be directory`);
}

function notThere(text: string): TspodError {
  return new TspodError(
    `HealthCheck Log '${text}' destination error: stat ${text}: no such file or directory`,
  );
}
