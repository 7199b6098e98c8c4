import { existsSync } from "node:fs";
import { InterruptedError } from "../../errors.ts";
import { removedMeanwhile } from "../../storage/storage-lock.ts";
import type { Container } from "./list.ts";

/**
 * Run an operation that does not hold the container's lock, which would keep others from it for long. Where
 * the container is gone when the operation has failed, the message says so, whatever had failed.
 * @throws {NotFoundError} `container ID was removed meanwhile`
 */
export async function unlessRemoved<T>(
  { record, paths }: Pick<Container, "record" | "paths">,
  operation: () => Promise<T> | T,
): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    if (existsSync(paths.directory) || isInterruption(error)) throw error;
    throw removedMeanwhile(record.id);
  }
}

function isInterruption(error: unknown): boolean {
  return error instanceof InterruptedError || (error instanceof Error && error.name === "AbortError");
}
