import { parse } from "node:path";
import { TspodError } from "../../../errors.ts";
import { parseCsv } from "../../../options/parse/csv.ts";
import { parseMount } from "../../../options/parse/mounts/mount.ts";
import { type Conversion, requireQuadlet } from "./conversion.ts";
import { besideUnit } from "./paths.ts";

/** Types of --mount whose source may be a quadlet, or a path that must be there first. */
const WITH_SOURCE = ["volume", "bind", "glob", "image", "artifact"];

/** `-v` for each Volume=: sources may be volumes of quadlets, or paths beside the unit. */
export function volumeArguments(conversion: Conversion): string[] {
  return conversion.section.all("Volume").flatMap((text) => {
    const [first = "", second, ...options] = text.split(":");
    if (second === undefined) return ["-v", first];
    return ["-v", [source(conversion, "Volume", first), second, ...options].join(":")];
  });
}

/** `--mount` for each Mount=. @throws {TspodError} With file and line, if `run --mount` would refuse it. */
export function mountArguments(conversion: Conversion): string[] {
  return conversion.section.arguments("Mount").flatMap((text) => {
    const resolved = mount(conversion, text);
    checkMount(conversion, resolved);
    return ["--mount", resolved];
  });
}

function checkMount({ section, directory }: Conversion, text: string): void {
  if (text.includes("%")) return; // only systemd knows what its specifiers come to
  try {
    parseMount(text, directory);
  } catch (error) {
    throw error instanceof TspodError ? section.error("Mount", error.message) : error;
  }
}

function mount(conversion: Conversion, text: string): string {
  const fields = parseCsv(text);
  const type = fields.find((field) => field.startsWith("type="))?.slice("type=".length) ?? "volume";
  if (!WITH_SOURCE.includes(type)) return text;
  const resolved = fields.map((field) => {
    const [, value] = /^(?:source|src)=(.*)$/.exec(field) ?? [];
    return value === undefined ? field : `source=${source(conversion, "Mount", value)}`;
  });
  return resolved
    .map((field) => (/[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field))
    .join(",");
}

function source(conversion: Conversion, key: string, text: string): string {
  const path = text.startsWith(".") ? besideUnit(text, conversion.directory) : text;
  if (path.startsWith("/")) {
    conversion.draft.add("Unit", "RequiresMountsFor", escapePath(path));
    return path;
  }
  const { ext } = parse(path);
  const isQuadlet = ext === ".volume" || (key === "Mount" && (ext === ".image" || ext === ".artifact"));
  return isQuadlet ? requireQuadlet(conversion, key, path) : path;
}

/** A path in a list of paths. */
function escapePath(path: string): string {
  return /\s/.test(path) ? `"${path.replace(/["\\]/g, "\\$&")}"` : path;
}
