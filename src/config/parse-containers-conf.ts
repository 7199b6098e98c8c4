import { parseSize } from "../options/parse/size.ts";
import { readToml, type TomlFile } from "../os/files/read-toml.ts";
import { KNOWN_SETTINGS, type KnownSetting } from "./known-settings.ts";
import type { Setting, SettingValue } from "./setting.ts";
import { isUnsupported, UNSUPPORTED_SETTINGS } from "./unsupported-settings.ts";

const READ_SETTINGS: Readonly<Record<string, KnownSetting>> = {
  ...KNOWN_SETTINGS,
  ...Object.fromEntries(Object.keys(UNSUPPORTED_SETTINGS).map((key) => [key, { type: "any" } as const])),
};

/**
 * The settings of the files together; a later file takes precedence.
 * @throws {TspodError} If one isn't TOML, or a value is of another type; names file and line.
 */
export function parseContainersConf(paths: readonly string[]): Setting[] {
  const settings = new Map<string, Setting>();
  for (const path of paths) {
    const file = readToml(path);
    if (file === undefined) continue;
    for (const setting of settingsOf(file)) settings.set(setting.key, setting);
  }
  return [...settings.values()];
}

function settingsOf(file: TomlFile): Setting[] {
  return Object.entries(READ_SETTINGS).flatMap(([key, known]) => {
    const [table = "", name = ""] = key.split(".");
    const value = (file.table[table] as Record<string, unknown> | undefined)?.[name];
    if (value === undefined) return [];
    const setting = checked(file, { name, value, known });
    const unsupported = isUnsupported(key, setting) && ({ unsupported: true } as const);
    return [{ key, value: setting, source: file.placeOf(assignment(name)), ...unsupported }];
  });
}

function assignment(name: string): RegExp {
  return new RegExp(`^\\s*${name}\\s*=`);
}

function checked(
  file: TomlFile,
  { name, value, known: { type } }: { name: string; value: unknown; known: KnownSetting },
): SettingValue {
  if (type === "list" && Array.isArray(value) && value.every((entry) => typeof entry === "string"))
    return value;
  if (type === "pools") {
    const pools = readPools(value);
    if (pools !== undefined) return pools;
    throw file.problem(`${name} must be a list of tables with "base" and "size"`, assignment(name));
  }
  if (type === "runtimes") {
    const runtimes = readRuntimes(value);
    if (runtimes !== undefined) return runtimes;
    throw file.problem(
      `${name} must be a table of lists of ${name === "runtimes" ? "paths" : "flags"}`,
      new RegExp(`^\\s*\\[engine\\.${name}\\]|^\\s*${name}\\s*=`),
    );
  }
  if (type === "any")
    return JSON.stringify(value, (_, each) => (typeof each === "bigint" ? Number(each) : each));
  if (type === "size") {
    const size = readSize(value);
    if (size !== undefined) return size;
  }
  if (type === "number" && typeof value === "bigint") return Number(value);
  if (typeof value === type) return value as SettingValue;
  throw file.problem(`${name} must be ${TYPE_WORDS[type] ?? `a ${type}`}`, assignment(name));
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  list: "a list of strings",
  size: 'a number of bytes, or a text such as "10m"',
};

/** Bytes. The TOML reader gives integers as bigints only where they need it. */
function readSize(value: unknown): number | undefined {
  if (typeof value === "bigint" || Number.isInteger(value)) return Number(value);
  if (typeof value !== "string") return undefined;
  try {
    return parseSize(value);
  } catch {
    return undefined;
  }
}

/** As texts `BASE SIZE`. */
function readPools(value: unknown): string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const pools = value.map((pool: { base?: unknown; size?: unknown } | null) =>
    typeof pool?.base === "string" && Number.isInteger(pool.size) ? `${pool.base} ${pool.size}` : undefined,
  );
  return pools.every((pool) => pool !== undefined) ? pools : undefined;
}

/** As texts `NAME PATH`. */
function readRuntimes(value: unknown): string[] | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const entries = Object.entries(value).map(([name, paths]: [string, unknown]) =>
    Array.isArray(paths) && paths.every((path) => typeof path === "string") && /^[\w.-]+$/.test(name)
      ? paths.map((path) => `${name} ${path}`)
      : undefined,
  );
  return entries.every((entry) => entry !== undefined) ? entries.flat() : undefined;
}
