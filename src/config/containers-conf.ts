import { readFileSync, statSync } from "node:fs";
import type { Env } from "../os/env.ts";
import { makeDirectories } from "../os/files/make-directories.ts";
import { writeFileAtomic } from "../os/files/write-file-atomic.ts";
import { confFiles, storageConfFiles } from "./conf-files.ts";
import { PRODUCT_VERSION } from "./product-version.ts";
import type { Setting, SettingValue } from "./setting.ts";

/** The settings of the files when they were last read. */
interface Cached {
  /** The version that read them; name, size, time and inode of each file. */
  readonly signature: string;
  readonly settings: readonly Setting[];
}

/**
 * All settings of containers.conf that tspod knows, and the one of storage.conf. The files seldom change, and
 * reading TOML takes longer than anything else in a call: the settings are kept in the cache directory,
 * beside what shows that the files are the same.
 * @param modules absolute paths of what --module names
 * @param cache absolute path of tspod's cache directory; undefined: nothing is kept
 * @throws {TspodError} If a file isn't TOML, or a value is of another type; names file and line.
 */
export async function readContainersConf(
  env: Env,
  cache: string | undefined,
  modules: readonly string[] = [],
): Promise<readonly Setting[]> {
  const conf = thatAreThere([...confFiles(env), ...modules]);
  const storage = thatAreThere(storageConfFiles(env));
  const there = [...conf, ...storage];
  if (there.length === 0) return [];
  const signature = [PRODUCT_VERSION, ...there.map(({ path, mark }) => `${path} ${mark}`)].join("\n");
  const kept = cache === undefined ? undefined : readCached(`${cache}/containers-conf.json`);
  if (kept?.signature === signature) return kept.settings;
  const { parseContainersConf } = await import("./parse-containers-conf.ts");
  const { parseStorageConf } = await import("./parse-storage-conf.ts");
  const settings = [
    ...parseContainersConf(conf.map(({ path }) => path)),
    ...parseStorageConf(storage.map(({ path }) => path)),
  ];
  if (cache !== undefined) keep(cache, { signature, settings });
  return settings;
}

function thatAreThere(paths: readonly string[]): { path: string; mark: string }[] {
  return paths.flatMap((path) => {
    const mark = markOf(path);
    return mark === undefined ? [] : [{ path, mark }];
  });
}

/** Undefined where there is no such file. */
function markOf(path: string): string | undefined {
  const status = statSync(path, { throwIfNoEntry: false, bigint: true });
  return status && `${status.size} ${status.mtimeNs} ${status.ctimeNs} ${status.ino}`;
}

function readCached(path: string): Cached | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    return isCached(value) ? value : undefined;
  } catch {
    return undefined; // not there yet, or cut short
  }
}

/** By hand: every call reads this file, and most need no shapes. */
function isCached(value: unknown): value is Cached {
  const { signature, settings } = (value ?? {}) as Partial<Record<keyof Cached, unknown>>;
  return typeof signature === "string" && Array.isArray(settings) && settings.every(isSetting);
}

function isSetting(setting: unknown): setting is Setting {
  const { key, value, source, unsupported } = (setting ?? {}) as Partial<Record<keyof Setting, unknown>>;
  const isText = typeof key === "string" && typeof source === "string";
  return isText && isValue(value) && (unsupported === undefined || unsupported === true);
}

function isValue(value: unknown): value is SettingValue {
  if (Array.isArray(value)) return value.every((each) => typeof each === "string");
  return ["string", "number", "boolean"].includes(typeof value);
}

/** A cache that can't be written is no error: the next call reads the files again. */
function keep(directory: string, cached: Cached): void {
  try {
    makeDirectories(directory, 0o700);
    writeFileAtomic(`${directory}/containers-conf.json`, JSON.stringify(cached));
  } catch {
    // a full disk, or a home directory that may not be written
  }
}
