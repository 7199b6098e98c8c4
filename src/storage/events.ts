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
}

/** The line without its newline: also the template that the monitor fills in. */
export function formatEvent(event: StoreEvent): string {
  return JSON.stringify(event);
}

/** Append one event in one write. A failure to do so is not an error of the operation: it is swallowed. */
export function appendEvent(store: Store, event: StoreEvent): void {
  throw new Error(`${store} ${event}`);
}
