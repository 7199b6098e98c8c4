import { TspodError } from "../../../errors.ts";
import { digestHex } from "../../../oci/digest.ts";
import { shortId } from "../../../oci/short-id.ts";
import { type ContainerRecord, sourceName } from "../../../options/container-record.ts";
import type { PlanRecord } from "../../../protocol/plan.ts";

type LoggedRecord = Pick<ContainerRecord, "id" | "name" | "image" | "options">;

/** The plan's record of where a container's output goes; `path` is its own log file. */
export function logRecord(record: LoggedRecord, path: string): PlanRecord {
  const { driver, maxSize = 0, maxFile = 1, path: asked = path } = record.options.log;
  switch (driver) {
    case "none":
    case "passthrough":
      return ["log", "none"];
    case "journald":
      return ["log", "journald", ...journalFields(record)];
    case "json-file":
      return ["log", "json-file", asked, String(maxSize), String(maxFile)];
    default:
      return ["log", "k8s-file", asked, String(maxSize)];
  }
}

/**
 * What a container's entries in the journal have in common, as conmon writes them.
 * @throws {TspodError} If --log-opt tag asks for a field that there isn't.
 */
function journalFields(record: LoggedRecord): string[] {
  const { id, name } = record;
  const tag = logTag(record);
  return [
    `CONTAINER_ID_FULL=${id}`,
    `CONTAINER_ID=${shortId(id)}`,
    `CONTAINER_NAME=${name}`,
    ...(tag === "" ? [] : [`CONTAINER_TAG=${tag}`]),
    `IMAGE_NAME=${sourceName(record)}`,
    `SYSLOG_IDENTIFIER=${tag === "" ? name : tag}`,
  ];
}

/** --log-opt tag with its `{{.Field}}`s filled in: podman takes them from inspect. */
function logTag({ id, name, image, options }: LoggedRecord): string {
  const fields: Readonly<Record<string, string>> = {
    ID: id,
    Id: id,
    Name: name,
    ImageName: sourceName({ ...(image && { image }), options }),
    Image: image === undefined ? "" : digestHex(image.id),
  };
  return (options.log.tag ?? "").replaceAll(/\{\{\s*\.(\w+)\s*\}\}/g, (_, field: string) => {
    const value = fields[field];
    if (value === undefined)
      throw new TspodError(`--log-opt tag: no field "${field}": there are ${Object.keys(fields).join(", ")}`);
    return value;
  });
}
