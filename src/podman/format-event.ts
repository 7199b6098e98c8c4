import type { StoreEvent } from "../storage/events.ts";
import { formatGoTime, goMap, goTime } from "./go-value.ts";

const SHORT_ID = 12;

/** One line for people: `TIME container start ID (image=…, name=…, LABEL=…)`. */
export function eventLine(event: StoreEvent, { noTrunc }: { noTrunc: boolean }): string {
  const { ID = "", Image = "", Name = "", Status, Type, Attributes = {} } = event;
  const id = noTrunc ? ID : ID.slice(0, SHORT_ID);
  const time = formatGoTime(event.Time);
  switch (Type) {
    case "container":
    case "pod": {
      const health = event.health_status === undefined ? {} : { health_status: event.health_status };
      const labels = Object.entries({ ...health, ...Attributes }).map(([key, value]) => `, ${key}=${value}`);
      return `${time} ${Type} ${Status} ${id} (image=${Image}, name=${Name}${labels.join("")})`;
    }
    case "image":
      return `${time} image ${Status} ${id} ${Name}`;
    case "volume":
      return `${time} volume ${Status} ${Name}`;
    case "system":
      return Name === "" ? `${time} system ${Status}` : `${time} system ${Status} ${Name}`;
    default:
      return `${time} ${Type} ${Status} ${id || Name} (name=${Name})`;
  }
}

/** What a template sees. */
export function eventFields(event: StoreEvent): object {
  return {
    ContainerExitCode: event.ContainerExitCode ?? 0,
    ID: event.ID ?? "",
    Image: event.Image ?? "",
    Name: event.Name ?? "",
    Network: "",
    Status: event.Status,
    Time: goTime(event.Time),
    Type: event.Type,
    HealthStatus: event.health_status ?? "",
    Attributes: goMap(event.Attributes),
    Details: { ID: event.ID ?? "", Attributes: goMap(event.Attributes) },
  };
}

/** With Podman's keys in Podman's order. */
export function eventJson({
  ContainerExitCode,
  ID,
  Image,
  Name,
  Status,
  Time,
  Type,
  health_status,
  Attributes,
}: StoreEvent): object {
  const time = Time.replace(/\+00:00$/, "Z");
  return {
    ContainerExitCode,
    ID,
    Image,
    Name,
    Status,
    Time: time,
    Type,
    ...(health_status === undefined ? {} : { health_status }),
    Attributes: Attributes ?? null,
  };
}
