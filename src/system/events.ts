import { setTimeout as sleep } from "node:timers/promises";
import { openEventLog } from "../storage/event-log.ts";
import type { StoreEvent } from "../storage/events.ts";
import type { Store } from "../storage/store.ts";

export type { StoreEvent };

/** How often the log is looked at for what was added. */
const PAUSE_MS = 50;

/** Which events are wanted. */
export interface EventsWanted {
  /** Milliseconds since the epoch, both included; absent: from the first one on, or without an end. */
  readonly begin?: number | undefined;
  readonly end?: number | undefined;
  /** What has happened so far. */
  readonly past: boolean;
  /** What happens from now on, until `end`. */
  readonly future: boolean;
  /** @throws its reason, when it is aborted while events are awaited */
  readonly signal: AbortSignal;
}

/**
 * The events of a store as they happen, in batches: what a batch has may be shown before the next is awaited.
 * The log is opened before the first batch, so nothing between the past and the future is lost.
 */
export async function* readEvents(store: Store, wanted: EventsWanted): AsyncGenerator<StoreEvent[]> {
  const { begin = Number.NEGATIVE_INFINITY, end = Number.POSITIVE_INFINITY, past, future } = wanted;
  const isWithin = ({ Time }: StoreEvent): boolean => {
    const time = Date.parse(Time);
    return time >= begin && time <= end;
  };
  using log = openEventLog(store);
  const before = log.read();
  if (past) yield before.filter(isWithin);
  if (!future) return;
  while (Date.now() <= end) {
    await sleep(PAUSE_MS, undefined, { signal: wanted.signal });
    yield log.read().filter(isWithin);
  }
}
