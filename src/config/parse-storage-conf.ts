import { readToml } from "../os/files/read-toml.ts";
import { ADDITIONAL_IMAGE_STORES } from "./image-stores.ts";
import type { Setting } from "./setting.ts";

const LINE = /^\s*additionalimagestores\s*=/;

/**
 * What tspod takes from storage.conf(5), in the form of a setting; a later file takes precedence.
 * @throws {TspodError} If one isn't TOML, or the value is no list of texts; names file and line.
 */
export function parseStorageConf(paths: readonly string[]): Setting[] {
  let found: Setting | undefined;
  for (const path of paths) {
    const file = readToml(path);
    const value = member(member(member(file?.table, "storage"), "options"), "additionalimagestores");
    if (file === undefined || value === undefined) continue;
    if (!Array.isArray(value) || !value.every((entry) => typeof entry === "string"))
      throw file.problem("additionalimagestores must be a list of strings", LINE);
    found = { key: ADDITIONAL_IMAGE_STORES, value, source: file.placeOf(LINE) };
  }
  return found === undefined ? [] : [found];
}

function member(table: unknown, name: string): unknown {
  return typeof table === "object" && table !== null
    ? (table as Readonly<Record<string, unknown>>)[name]
    : undefined;
}
