import type { ContainerRecord } from "../../options/container-record.ts";
import { nowRfc3339Nano } from "../../os/time.ts";
import { formatEvent, type StoreEvent } from "../../storage/events.ts";

/** An event of a container as Podman words it (podman-events(1)), now or at a time given as text. */
export function containerEvent(
  record: ContainerRecord,
  status: string,
  time: string = nowRfc3339Nano(),
): StoreEvent {
  return {
    ID: record.id,
    ...(record.image === undefined ? {} : { Image: record.image.name }),
    Name: record.name,
    Status: status,
    Time: time,
    Type: "container",
    Attributes: record.options.labels,
  };
}

/**
 * A line of the event log in which the monitor fills in @TIME@, @EXIT@ and @HEALTH@ (native/protocol.h, 2).
 */
export function monitorEvent(record: ContainerRecord, status: string): string {
  const event = containerEvent(record, status, "@TIME@");
  if (status === "health_status") return formatEvent({ ...event, health_status: "@HEALTH@" });
  if (status !== "died") return formatEvent(event);
  // The mark stands for a number, which JSON has without quotes.
  return formatEvent({ ...event, ContainerExitCode: 0 }).replace(
    /"ContainerExitCode":0\}$/,
    '"ContainerExitCode":@EXIT@}',
  );
}
