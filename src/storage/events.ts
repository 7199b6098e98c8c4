import { closeSync, openSync, readFileSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { tryLock } from "../os/file-lock.ts";
import { writeFileAtomic } from "../os/files/write-file-atomic.ts";
import type { Store } from "./store.ts";

/** One line of events.jsonl: Podman's keys, empty ones left out. */
export interface StoreEvent {
  readonly ID?: string;
  readonly Image?: string;
  readonly Name?: string;
  readonly Status: string;
  /** RFC 3339 with nanoseconds and offset. */
  readonly Time: string;
  readonly Type: "container" | "image" | "volume" | "network" | "pod" | "secret" | "system";
  readonly Attributes?: Readonly<Record<string, string>>;
  readonly ContainerExitCode?: number;
  readonly health_status?: string;
  readonly health_failing_streak?: number;
  /** The result as a JSON object: --health-log-destination events_logger. */
  readonly health_log?: string;
  /** Why it failed: of `pull-error`. */
  readonly Error?: string;
  /** Name of a network. */
  readonly Network?: string;
}

/** Bytes, as Podman's events_logfile_max_size; then the older half is dropped. */
const SIZE_MAX = 1_000_000;

/** The line without its newline: also the template that the monitor fills in. */
export function formatEvent(event: StoreEvent): string {
  return JSON.stringify(event);
}

/** Append one event in one write. A failure to do so is not an error of the operation: it is swallowed. */
export function appendEvent(store: Store, event: StoreEvent): void {
  try {
    const fd = openSync(store.events, "a", 0o600);
    try {
      writeSync(fd, `${formatEvent(event)}\n`);
    } finally {
      closeSync(fd);
    }
    if (statSync(store.events).size > (store.eventsMax ?? SIZE_MAX)) dropOlderHalf(store);
  } catch {
    // A full disk must not keep a container from being stopped.
  }
}

/**
 * A line that a monitor appends in that very moment is lost; events are a record for people, nothing is
 * decided by them.
 */
function dropOlderHalf(store: Store): void {
  using lock = tryLock(join(store.locks, "events.lock"));
  if (lock === undefined) return;
  const text = readFileSync(store.events);
  const cut = text.indexOf("\n", text.length / 2) + 1;
  writeFileAtomic(store.events, text.subarray(cut));
}
