import { shortId } from "../oci/short-id.ts";
import type { StoreEvent } from "../storage/events.ts";
import { formatGoTime, goMap, goStruct } from "./go/value.ts";

/** One line for people: `TIME container start ID (image=…, name=…, LABEL=…)`. */
export function eventLine(event: StoreEvent, { noTrunc }: { noTrunc: boolean }): string {
  const { ID = "", Image = "", Name = "", Status, Type, Attributes = {} } = event;
  const id = noTrunc ? ID : shortId(ID);
  const time = formatGoTime(event.Time);
  switch (Type) {
    case "container":
    case "pod": {
      const labels = Object.entries({ ...healthWords(event), ...Attributes }).map(
        ([key, value]) => `, ${key}=${value}`,
      );
      return `${time} ${Type} ${Status} ${id} (image=${Image}, name=${Name}${labels.join("")})`;
    }
    case "image":
      return `${time} image ${Status} ${id} ${Name}${event.Error === undefined ? "" : ` ${event.Error}`}`;
    case "network":
      return `${time} network ${Status} ${id} ${networkWords(event)}`;
    case "secret":
      return `${time} secret ${Status} ${id}`;
    case "volume":
      return `${time} volume ${Status} ${Name}`;
    case "system":
      return Name === "" ? `${time} system ${Status}` : `${time} system ${Status} ${Name}`;
    default:
      return `${time} ${Type} ${Status} ${id || Name} (name=${Name})`;
  }
}

/** As Podman: a streak that is 0 is not shown. */
function healthWords({ health_status, health_failing_streak, health_log }: StoreEvent): object {
  return {
    ...(health_status !== undefined && { health_status }),
    ...(health_failing_streak && { health_failing_streak }),
    ...(health_log !== undefined && { health_log }),
  };
}

/** A container that comes or goes is named; a network that is made or removed has its driver. */
function networkWords({ ID = "", Status, Network = "", Attributes }: StoreEvent): string {
  return Status === "connect" || Status === "disconnect"
    ? `(container=${ID}, name=${Network})`
    : `(name=${Network}, type=${Attributes?.driver ?? ""})`;
}

/** What a template sees: as of Podman 5 the times are numbers. */
export function eventFields(event: StoreEvent): object {
  const { seconds, nanoseconds } = unixTime(event.Time);
  const details = goStruct({
    ContainerInspectData: "",
    PodID: "",
    Attributes: goMap(event.Attributes),
  });
  return goStruct({
    ContainerExitCode: event.ContainerExitCode ?? null,
    ID: event.ID ?? "",
    Image: event.Image ?? "",
    Name: event.Name ?? "",
    Network: event.Network ?? "",
    Status: event.Status,
    Time: seconds,
    TimeNano: nanoseconds,
    Type: event.Type,
    HealthStatus: event.health_status ?? "",
    Error: event.Error ?? "",
    ...details,
    Details: details,
  });
}

/** With the keys that Podman 5 has, in its order. A number of nanoseconds is beyond 2^53, hence raw JSON. */
export function eventJson(event: StoreEvent): string {
  const { seconds, nanoseconds } = unixTime(event.Time);
  const { ContainerExitCode, ID, Image, Name, Status, Type, health_status, Attributes } = event;
  const before = { ContainerExitCode, ID, Image, Name: Name || undefined, Status, time: seconds };
  const after = { Type, health_status, Attributes: Attributes ?? null, Error: event.Error };
  const text = JSON.stringify(before);
  return `${text.slice(0, -1)},"timeNano":${nanoseconds},${JSON.stringify(after).slice(1)}`;
}

/** @param time RFC 3339 with up to nine digits of the second */
function unixTime(time: string): { seconds: number; nanoseconds: string } {
  const [, fraction = ""] = /\.(\d+)/.exec(time) ?? [];
  const seconds = Math.floor(Date.parse(time) / 1000);
  return { seconds, nanoseconds: `${seconds}${fraction.padEnd(9, "0")}` };
}
