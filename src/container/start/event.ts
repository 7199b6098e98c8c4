import type { ContainerRecord } from "../../options/container-record.ts";
import { healthLogOf } from "../../options/health-log.ts";
import { nowRfc3339Nano } from "../../os/time.ts";
import { eventTemplate, MARKS } from "../../protocol/event-template.ts";
import type { MonitorEvent } from "../../protocol/plan.ts";
import type { StoreEvent } from "../../storage/events.ts";

/** An event of a container as Podman words it (podman-events(1)), now. */
export function containerEvent(record: ContainerRecord, status: string): StoreEvent {
  return {
    ID: record.id,
    ...(record.image === undefined ? {} : { Image: record.image.name }),
    Name: record.name,
    Status: status,
    Time: nowRfc3339Nano(),
    Type: "container",
    Attributes: record.options.labels,
  };
}

/** The templates of the events that the monitor of an exec session writes, by the monitor's own names. */
export function execEvents(record: ContainerRecord): Readonly<Record<"start" | "died", string>> {
  const { Time: _, ...begun } = containerEvent(record, "exec");
  const { Time: __, ...ended } = containerEvent(record, "exec_died");
  const time = `"${MARKS.time}"`;
  return {
    start: eventTemplate(begun, { Time: time }),
    died: eventTemplate(ended, { Time: time, ContainerExitCode: MARKS.exit }),
  };
}

/** As Podman: the result itself only where the user has asked for that. */
function healthMembers({ options }: ContainerRecord): Readonly<Record<string, string>> {
  const isLogged = healthLogOf(options).destination === "events_logger";
  return {
    health_status: `"${MARKS.health}"`,
    health_failing_streak: MARKS.streak,
    ...(isLogged && { health_log: `"${MARKS.result}"` }),
  };
}

/** The template of a line of the event log: the monitor knows the time, and how the run went. */
export function monitorEvent(record: ContainerRecord, status: MonitorEvent): string {
  const { Time: _, Name: __, ...event } = containerEvent(record, status);
  return eventTemplate(event, {
    Name: `"${MARKS.name}"`,
    Time: `"${MARKS.time}"`,
    ...(status === "health_status" ? healthMembers(record) : {}),
    ...(status === "died" ? { ContainerExitCode: MARKS.exit } : {}),
  });
}
