/** What has happened, as it is written: podman-events(1) is made of it in src/podman. */
export { openEventLog } from "../storage/event-log.ts";
export type { StoreEvent } from "../storage/events.ts";
