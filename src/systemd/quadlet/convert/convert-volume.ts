import { readSmallText } from "../../../os/files/read-small-file.ts";
import { type Quadlet, resourceName } from "../kinds.ts";
import {
  beginConversion,
  type Conversion,
  type ConversionContext,
  type Converted,
  endConversion,
  imageName,
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
  Copy: local((section, key) =>
    section.has(key) ? ["--opt", section.boolean(key) ? "copy" : "nocopy"] : [],
  ),
  Device: local((section, key) => (section.last(key) ? ["--opt", `device=${section.last(key)}`] : [])),
  Type: local((section, key) => (section.last(key) ? ["--opt", `type=${section.last(key)}`] : [])),
  Options: elsewhere,
  User: elsewhere,
  Group: elsewhere,
  Label: pairs("--label"),
  PodmanArgs: elsewhere,
};

/** A key of the driver `local`: as with Podman, `image` passes over it. */
function local(rule: KeyRule): KeyRule {
  return (section, ...rest) => (section.last("Driver") === "image" ? [] : rule(section, ...rest));
}

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

/** @throws {TspodError} With file and line, if there is no image. */
function isOfImage({ section }: Conversion): boolean {
  if (section.last("Driver") !== "image") return false;
  if (section.last("Image")) return true;
  throw section.error("Driver", "the key Image is mandatory when using the image driver");
}

function checkDevice({ section, draft }: Conversion): void {
  if (section.last("Driver") === "image") return;
  const device = section.last("Device");
  for (const key of ["Type", "Options"]) {
    if (section.last(key) && !device) throw section.error(key, `key ${key} can't be used without Device`);
  }
  if (device && section.last("Type") === "bind") draft.add("Unit", "RequiresMountsFor", device);
}

function mountOptions(conversion: Conversion): string[] {
  const { section } = conversion;
  if (isOfImage(conversion)) return ["--opt", `image=${imageName(conversion, "Image")}`];
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
