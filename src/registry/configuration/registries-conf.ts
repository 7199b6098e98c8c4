import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DEFAULT_DOMAIN, isShortName, parseReference, splitReference } from "../../oci/reference.ts";
import { isWebAddress } from "../../options/web-address.ts";
import type { Env } from "../../os/env.ts";
import { readToml, type TomlFile } from "../../os/files/read-toml.ts";
import { userConfiguration } from "./configuration-directory.ts";

/** Which pulls a mirror serves. */
export type MirrorUse = "all" | "digest-only" | "tag-only";

export interface MirrorRule {
  readonly location: string;
  readonly insecure: boolean;
  readonly use: MirrorUse;
}

/** One `[[registry]]` table. */
export interface RegistryRule {
  /** `host[:port][/namespace…]` or `*.domain`: the references it is for. */
  readonly prefix: string;
  /** The text that replaces the prefix; undefined: none (of a wildcard prefix). */
  readonly location: string | undefined;
  readonly insecure: boolean;
  readonly blocked: boolean;
  readonly mirrors: readonly MirrorRule[];
}

export type ShortNameMode = "enforcing" | "permissive" | "disabled";

/** A short name's meaning, and the file that says so. */
export interface Alias {
  readonly name: string;
  readonly source: string;
}

/** All of registries.conf and its drop-ins. */
export interface RegistriesConf {
  readonly searchRegistries: readonly string[];
  /** The file that gives searchRegistries; undefined where it is our default. */
  readonly searchSource: string | undefined;
  readonly shortNameMode: ShortNameMode;
  readonly aliases: ReadonlyMap<string, Alias>;
  readonly registries: readonly RegistryRule[];
  /** Credential helpers for every registry, beside the auth files. */
  readonly credentialHelpers: readonly string[];
}

interface Draft {
  searchRegistries: readonly string[] | undefined;
  searchSource: string | undefined;
  shortNameMode: ShortNameMode;
  aliases: Map<string, Alias>;
  registries: Map<string, RegistryRule>;
  credentialHelpers: readonly string[];
}

/**
 * Read registries.conf (the user's own replaces the system's), then the drop-ins of the system and of the
 * user, then the recorded short names. Where nothing says what to search, a short name stands for
 * docker.io's: Podman on Debian refuses it there.
 * @param system where the system's configuration is, "/etc/containers"
 * @throws {TspodError} If a file can't be used; names file and line.
 * @see containers-registries.conf(5)
 */
export function loadRegistriesConf(env: Env, system = "/etc/containers"): RegistriesConf {
  const draft: Draft = {
    searchRegistries: undefined,
    searchSource: undefined,
    shortNameMode: "permissive",
    aliases: new Map(),
    registries: new Map(),
    credentialHelpers: [],
  };
  for (const [index, path] of configurationFiles(env, system).entries()) {
    const file = readToml(path);
    if (file === undefined) continue;
    if (isVersion1(file)) applyVersion1(draft, file, { isDropIn: index > 0 });
    else apply(draft, file);
  }
  const { searchRegistries, registries, ...rest } = draft;
  return {
    ...rest,
    searchRegistries: searchRegistries ?? [DEFAULT_DOMAIN],
    registries: [...registries.values()],
  };
}

/** In the order in which they are read: later ones override. */
function configurationFiles(env: Env, system: string): string[] {
  const user = userConfiguration(env);
  const cache = join(env.XDG_CACHE_HOME || join(env.HOME ?? "/", ".cache"), "containers");
  const own = env.CONTAINERS_REGISTRIES_CONF || join(user, "registries.conf");
  const isOwn = Boolean(env.CONTAINERS_REGISTRIES_CONF) || readToml(own) !== undefined;
  return [
    isOwn ? own : join(system, "registries.conf"),
    // containers-registries.conf.d(5): with a file of the user's own the system's drop-ins are not read.
    ...(isOwn && !env.CONTAINERS_REGISTRIES_CONF ? [] : dropIns(join(system, "registries.conf.d"))),
    ...dropIns(join(user, "registries.conf.d")),
    join(cache, "short-name-aliases.conf"),
  ];
}

function dropIns(directory: string): string[] {
  try {
    return readdirSync(directory)
      .filter((name) => name.endsWith(".conf"))
      .sort()
      .map((name) => join(directory, name));
  } catch {
    return []; // there is none, or it is not for us to read: as if it weren't there, as Podman does
  }
}

function apply(draft: Draft, file: TomlFile): void {
  const { table } = file;
  const search = optionalStrings(file, table, "unqualified-search-registries");
  if (search !== undefined) {
    draft.searchRegistries = search.map((registry) => trimLocation(file, registry));
    draft.searchSource = file.path;
  }
  draft.shortNameMode = shortNameMode(file) ?? draft.shortNameMode;
  draft.credentialHelpers = optionalStrings(file, table, "credential-helpers") ?? draft.credentialHelpers;
  for (const rule of tables(file, table, "registry").map((entry) => registryRule(file, entry))) {
    draft.registries.set(rule.prefix, rule);
  }
  applyAliases(draft, file);
}

function isVersion1(file: TomlFile): boolean {
  return isTable(file.table.registries);
}

/**
 * The old form: `[registries.search]`, `[registries.insecure]` and `[registries.block]`, each with a list
 * `registries`.
 * @throws {TspodError} If a drop-in has it, or the two forms are mixed.
 */
function applyVersion1(draft: Draft, file: TomlFile, { isDropIn }: { readonly isDropIn: boolean }): void {
  const where = /^\s*\[registries/;
  if (isDropIn) throw file.problem("registries.conf must be in v2 format but is in v1", where);
  if (Object.keys(file.table).length > 1)
    throw file.problem("v1 and v2 of registries.conf can't be mixed", where);
  const { registries } = file.table;
  const listed = (name: string): readonly string[] => {
    const table = isTable(registries) ? registries[name] : undefined;
    return isTable(table) ? (optionalStrings(file, table, "registries") ?? []) : [];
  };
  const trimmed = (name: string) => listed(name).map((registry) => trimLocation(file, registry));
  draft.searchRegistries = trimmed("search");
  draft.searchSource = file.path;
  const [insecure, blocked] = [new Set(trimmed("insecure")), new Set(trimmed("block"))];
  for (const prefix of new Set([...insecure, ...blocked])) {
    draft.registries.set(prefix, {
      prefix,
      location: prefix,
      insecure: insecure.has(prefix),
      blocked: blocked.has(prefix),
      mirrors: [],
    });
  }
}

function shortNameMode(file: TomlFile): ShortNameMode | undefined {
  const mode = optionalString(file, file.table, "short-name-mode");
  if (mode === undefined || mode === "") return undefined;
  if (mode === "enforcing" || mode === "permissive" || mode === "disabled") return mode;
  throw file.problem(
    `invalid short-name-mode "${mode}": expected enforcing, permissive or disabled`,
    /short-name-mode/,
  );
}

function applyAliases(draft: Draft, file: TomlFile): void {
  const aliases = file.table.aliases;
  if (aliases === undefined) return;
  const where = /^\s*\[?aliases/;
  if (!isTable(aliases)) throw file.problem('"aliases" must be a table', where);
  for (const [short, name] of Object.entries(aliases)) {
    if (typeof name !== "string") throw file.problem(`alias "${short}" must be a string`, lineOfKey(short));
    if (name === "") draft.aliases.delete(short);
    else draft.aliases.set(short, { name: aliasTarget(file, short, name), source: file.path });
  }
}

function aliasTarget(file: TomlFile, short: string, name: string): string {
  if (!isShortName(short)) {
    throw file.problem(`invalid alias "${short}": a short name has no registry`, lineOfKey(short));
  }
  const { tag, digest } = splitReference(name);
  if (isShortName(name) || tag !== undefined || digest !== undefined) {
    throw file.problem(
      `invalid alias "${short}" = "${name}": expected REGISTRY/REPOSITORY without tag or digest`,
      lineOfKey(short),
    );
  }
  parseReference(name);
  return name;
}

function registryRule(file: TomlFile, entry: Record<string, unknown>): RegistryRule {
  const location = trimLocation(file, optionalString(file, entry, "location") ?? "");
  const prefix = trimLocation(file, optionalString(file, entry, "prefix") ?? "") || location;
  const wildcard = prefix.startsWith("*.");
  if (prefix === "") {
    throw file.problem('invalid registry: "location" is unset and "prefix" too', /^\s*\[\[registry\]\]/);
  }
  if (prefix.includes("*") && (!wildcard || prefix.includes("/") || prefix.lastIndexOf("*") > 0)) {
    throw file.problem(
      `invalid prefix "${prefix}": a wildcard stands for the first part of a host only`,
      lineWith(prefix),
    );
  }
  const digestOnly = optionalBoolean(file, entry, "mirror-by-digest-only");
  return {
    prefix,
    location: location === "" ? (wildcard ? undefined : prefix) : location,
    insecure: optionalBoolean(file, entry, "insecure"),
    blocked: optionalBoolean(file, entry, "blocked"),
    mirrors: tables(file, entry, "mirror").map((mirror) => mirrorRule(file, mirror, digestOnly)),
  };
}

function mirrorRule(file: TomlFile, entry: Record<string, unknown>, digestOnly: boolean): MirrorRule {
  const location = trimLocation(file, optionalString(file, entry, "location") ?? "");
  if (location === "")
    throw file.problem('invalid mirror: "location" is unset', /^\s*\[\[registry\.mirror\]\]/);
  const use = optionalString(file, entry, "pull-from-mirror") ?? (digestOnly ? "digest-only" : "all");
  if (use !== "all" && use !== "digest-only" && use !== "tag-only") {
    throw file.problem(
      `invalid pull-from-mirror "${use}": expected all, digest-only or tag-only`,
      /pull-from-mirror/,
    );
  }
  return { location, insecure: optionalBoolean(file, entry, "insecure"), use };
}

/** Registries are written without a scheme; a slash at the end means nothing. */
function trimLocation(file: TomlFile, location: string): string {
  if (isWebAddress(location)) {
    throw file.problem(
      `invalid location "${location}": "http://" and "https://" are not part of it`,
      lineWith(location),
    );
  }
  return location.replace(/\/+$/, "");
}

function tables(
  file: TomlFile,
  table: Readonly<Record<string, unknown>>,
  key: string,
): Record<string, unknown>[] {
  const value = table[key];
  if (value === undefined) return [];
  if (Array.isArray(value) && value.every(isTable)) return value;
  throw file.problem(`"${key}" must be an array of tables`, lineWith(key));
}

function optionalStrings(
  file: TomlFile,
  table: Readonly<Record<string, unknown>>,
  key: string,
): readonly string[] | undefined {
  const value = table[key];
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
  throw file.problem(`"${key}" must be an array of strings`, lineWith(key));
}

function optionalString(
  file: TomlFile,
  table: Readonly<Record<string, unknown>>,
  key: string,
): string | undefined {
  const value = table[key];
  if (value === undefined || typeof value === "string") return value;
  throw file.problem(`"${key}" must be a string`, lineWith(key));
}

function optionalBoolean(file: TomlFile, table: Readonly<Record<string, unknown>>, key: string): boolean {
  const value = table[key];
  if (value === undefined) return false;
  if (typeof value === "boolean") return value;
  throw file.problem(`"${key}" must be true or false`, lineWith(key));
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function lineOfKey(key: string): RegExp {
  return new RegExp(`^\\s*["']?${RegExp.escape(key)}["']?\\s*=`);
}

function lineWith(text: string): RegExp {
  return new RegExp(RegExp.escape(text));
}
