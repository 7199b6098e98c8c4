import { setTimeout as sleep } from "node:timers/promises";
import { RegistryError } from "./registry-error.ts";

/** How often and how soon something is tried again. */
export interface RetryRules {
  /** Tries after the first, without any progress between them. Default: Podman's 3. */
  readonly retries?: number;
  /** Milliseconds between any two tries. Default: more each time. */
  readonly delayMs?: number;
  /** Whether to try again where no server answers at all. */
  readonly unreachable?: boolean;
  /** Told why a source is asked again, one line, where nothing is told of progress. */
  readonly note?: (line: string) => void;
  /** What is being done, for that line: `initializing source docker://…`. */
  readonly doing?: string;
}

/** What follows a failure. */
interface NextTry {
  readonly pauseMs: number;
  /** A line for the user meanwhile. */
  readonly line: string;
}

const RETRIES = 3;
const FIRST_PAUSE_MS = 500;
/** 429 without Retry-After. */
const FIRST_PAUSE_RATE_LIMITED_MS = 2_000;
const LONGEST_PAUSE_MS = 60_000;
/** A server that asks for a longer pause is reported to the user instead. */
const LONGEST_RETRY_AFTER_MS = 120_000;

/**
 * Whether and when to try again. What the server asks for goes before the rules.
 * @param failures how often it failed in a row, this one included
 * @returns undefined: another try makes no sense
 */
function nextTry(error: unknown, failures: number, rules: RetryRules = {}): NextTry | undefined {
  const retries = rules.retries ?? RETRIES;
  if (!(error instanceof RegistryError) || failures > retries) return undefined;
  const { transient, unreachable } = error.failure;
  if (!transient && !(unreachable && rules.unreachable)) return undefined;
  const pauseMs = pauseBefore(error, failures, rules.delayMs);
  if (pauseMs === undefined) return undefined;
  const message = [...(rules.doing === undefined ? [] : [rules.doing]), error.message].join(": ");
  const line = `Failed, retrying in ${pauseMs / 1000}s ... (${failures}/${retries}). Error: ${message}`;
  return { pauseMs, line };
}

function pauseBefore(
  { failure: { status, retryAfterMs } }: RegistryError,
  failures: number,
  delayMs: number | undefined,
): number | undefined {
  if (retryAfterMs !== undefined) return retryAfterMs > LONGEST_RETRY_AFTER_MS ? undefined : retryAfterMs;
  if (delayMs !== undefined) return delayMs;
  const first = status === 429 ? FIRST_PAUSE_RATE_LIMITED_MS : FIRST_PAUSE_MS;
  return Math.min(first * 2 ** (failures - 1), LONGEST_PAUSE_MS);
}

export interface RetryOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told why something is tried again, one line. */
  readonly note?: ((line: string) => void) | undefined;
  readonly rules?: RetryRules | undefined;
}

/**
 * Wait until it is time for another try.
 * @param failures how often it failed in a row, this one included
 * @returns false, at once, where another try makes no sense
 */
export async function awaitNextTry(
  error: unknown,
  failures: number,
  { signal, note, rules }: RetryOptions,
): Promise<boolean> {
  const next = nextTry(error, failures, rules);
  if (next === undefined) return false;
  note?.(next.line);
  await sleep(next.pauseMs, undefined, signal && { signal });
  return true;
}

/** Try a request again as long as that makes sense. */
export async function withRetries<T>(operation: () => Promise<T>, options: RetryOptions = {}): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await operation();
    } catch (error) {
      if (!(await awaitNextTry(error, failures, options))) throw error;
    }
  }
}
