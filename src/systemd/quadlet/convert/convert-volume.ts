import { readSmallText } from "../../../os/files/read-small-file.ts";
import { type Quadlet, resourceName } from "../kinds.ts";
import {
  beginConversion,
  type Conversion,
  type ConversionContext,
  type Converted,
  endConversion,
  keyArguments,
  oneShot,
  programOf,
} from "./conversion.ts";
import { elsewhere, type KeyRule, pairs, text } from "./key-rules.ts";

/** Every key of [Volume]. @see podman-systemd.unit(5) */
export const VOLUME_KEYS: Readonly<Record<string, KeyRule>> = {
  ServiceName: elsewhere,
  ContainersConfModule: elsewhere,
  GlobalArgs: elsewhere,
  VolumeName: elsewhere,
  Driver: text("--driver"),
  Image: elsewhere,
  Copy: (section, key) => (section.has(key) ? ["--opt", section.boolean(key) ? "copy" : "nocopy"] : []),
  Device: (section, key) => (section.last(key) ? ["--opt", `device=${section.last(key)}`] : []),
  Type: (section, key) => (section.last(key) ? ["--opt", `type=${section.last(key)}`] : []),
  Options: elsewhere,
  User: elsewhere,
  Group: elsewhere,
  Label: pairs("--label"),
  PodmanArgs: elsewhere,
};

/** A service that makes a volume. @throws {TspodError} With file and line. */
export function convertVolume(quadlet: Quadlet, context: ConversionContext): Converted {
  const conversion = beginConversion(quadlet, VOLUME_KEYS, context);
  const { section } = conversion;
  checkDevice(conversion);
  const start = [
    ...programOf(conversion),
    "volume",
    "create",
    "--ignore",
    ...keyArguments(conversion, "volume create", VOLUME_KEYS),
    ...mountOptions(conversion),
    ...section.arguments("PodmanArgs"),
    resourceName(quadlet),
  ];
  oneShot(conversion);
  return endConversion(conversion, start);
}

function checkDevice({ section, draft }: Conversion): void {
  const device = section.last("Device");
  for (const key of ["Type", "Options"]) {
    if (section.last(key) && !device) throw section.error(key, `key ${key} can't be used without Device`);
  }
  if (device && section.last("Type") === "bind") draft.add("Unit", "RequiresMountsFor", device);
}

function mountOptions(conversion: Conversion): string[] {
  const { section } = conversion;
  if (section.last("Driver") === "image") {
    throw section.error(
      "Driver",
      "tspod has no volumes of images: use Mount=type=image,source=IMAGE,destination=PATH in the .container file",
    );
  }
  const options = [
    ...ownership(conversion, "User", "uid"),
    ...ownership(conversion, "Group", "gid"),
    ...(section.last("Options") ? [section.last("Options")] : []),
  ];
  return options.length === 0 ? [] : ["--opt", `o=${options.join(",")}`];
}

function ownership({ section }: Conversion, key: "User" | "Group", option: string): string[] {
  const value = section.last(key);
  if (!value) return [];
  const id = /^\d+$/.test(value) ? value : hostId(key === "User" ? "/etc/passwd" : "/etc/group", value);
  if (id === undefined)
    throw section.error(key, `${key}=${value}: there is none of that name on this machine`);
  return [`${option}=${id}`];
}

/** The number that a name has on this machine. */
function hostId(file: string, name: string): string | undefined {
  const entry = readSmallText(file)
    .split("\n")
    .find((line) => line.startsWith(`${name}:`));
  return entry?.split(":")[2];
}
