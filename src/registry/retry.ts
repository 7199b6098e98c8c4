import { setTimeout as sleep } from "node:timers/promises";
import { RegistryError } from "./registry-error.ts";

/** Tries of one thing without any progress between them. */
const MOST_TRIES = 5;
const FIRST_PAUSE_MS = 250;
/** 429 without Retry-After. */
const FIRST_PAUSE_RATE_LIMITED_MS = 2_000;
const LONGEST_PAUSE_MS = 60_000;
/** A server that asks for more than this is told to the user instead. */
const LONGEST_RETRY_AFTER_MS = 120_000;

/**
 * How long to wait before another try.
 * @param failures how often it failed in a row, this one included
 * @returns milliseconds; undefined: another try makes no sense
 */
export function pauseBeforeRetry(error: unknown, failures: number): number | undefined {
  if (!(error instanceof RegistryError) || !error.failure.transient || failures >= MOST_TRIES)
    return undefined;
  const { status, retryAfterMs } = error.failure;
  if (retryAfterMs !== undefined) return retryAfterMs > LONGEST_RETRY_AFTER_MS ? undefined : retryAfterMs;
  const first = status === 429 ? FIRST_PAUSE_RATE_LIMITED_MS : FIRST_PAUSE_MS;
  return Math.min(first * 2 ** (failures - 1), LONGEST_PAUSE_MS);
}

/** Try a request again as long as that makes sense. */
export async function withRetries<T>(
  operation: () => Promise<T>,
  {
    signal,
    onRetry,
  }: { readonly signal?: AbortSignal | undefined; readonly onRetry?: (line: string) => void } = {},
): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await operation();
    } catch (error) {
      const pause = pauseBeforeRetry(error, failures);
      if (pause === undefined) throw error;
      onRetry?.(retryLine(error, pause));
      await sleep(pause, undefined, signal && { signal });
    }
  }
}

/** What the user is told while nothing happens. */
export function retryLine(error: unknown, pause: number): string {
  const reason = error instanceof Error ? error.message : String(error);
  return `Failed, retrying in ${(pause / 1000).toFixed(pause < 1000 ? 2 : 0)}s: ${reason}`;
}
