import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { TspodError } from "../../errors.ts";
import type { Env } from "../../os/env.ts";
import { readSmallText } from "../../os/files/read-small-file.ts";
import { hasCode } from "../../os/system-error.ts";
import { userConfiguration } from "../configuration/configuration-directory.ts";
import { type Mapping, parseMapping } from "./parse-mapping.ts";

/** Where the signatures of images are. @see containers-registries.d(5) */
export interface SignaturePlace {
  /** URL, `file:`, `http:` or `https:`, that a repository's path is to be put behind. */
  readonly read: string;
  /** The store to write signatures to. */
  readonly write: string;
  /** Look for cosign's attachments in the registry. */
  readonly attachments: boolean;
}

const KEYS = ["lookaside", "lookaside-staging", "sigstore", "sigstore-staging", "use-sigstore-attachments"];

type Settings = Readonly<Record<string, string>>;

interface Merged {
  defaults: Settings | undefined;
  readonly namespaces: Map<string, Settings>;
}

/**
 * Read the user's registries.d, or where there is none that of the system.
 * @param scopes of the image, most specific first
 * @throws {TspodError} If a file can't be used: names file and line or key.
 */
export async function readSignaturePlace(
  scopes: readonly string[],
  { env, system = "/etc/containers" }: { readonly env: Env; readonly system?: string | undefined },
): Promise<SignaturePlace> {
  const { defaults, namespaces } = await readAll(env, system);
  const fitting = [...scopes.map((scope) => namespaces.get(scope)), defaults].filter(
    (each) => each !== undefined,
  );
  const first = (...keys: readonly string[]) =>
    fitting
      .flatMap((settings) => keys.map((key) => settings[key]))
      .find((value) => value !== undefined && value !== "");
  const fallback = `file://${join(env.HOME ?? "/", ".local/share/containers/sigstore")}`;
  return {
    read: first("lookaside", "sigstore") ?? fallback,
    write: first("lookaside-staging", "sigstore-staging", "lookaside", "sigstore") ?? fallback,
    attachments: first("use-sigstore-attachments") === "true",
  };
}

/**
 * The store that registries.d names for exactly this scope ("" and `default`: for all others); undefined
 * where it names none.
 * @param options.directory in place of registries.d
 */
export async function signatureStoreFor(
  scope: string,
  { env, directory }: { readonly env: Env; readonly directory?: string | undefined },
): Promise<string | undefined> {
  const { defaults, namespaces } = await readAll(env, "/etc/containers", directory);
  const settings = namespaces.get(scope) ?? (scope === "" || scope === "default" ? defaults : undefined);
  return settings?.lookaside ?? settings?.sigstore;
}

async function readAll(env: Env, system: string, given?: string): Promise<Merged> {
  const own = join(userConfiguration(env), "registries.d");
  const directory = given ?? (existsSync(own) ? own : join(system, "registries.d"));
  const merged: Merged = { defaults: undefined, namespaces: new Map() };
  for (const name of filesIn(directory)) await readOne(join(directory, name), merged);
  return merged;
}

function filesIn(directory: string): string[] {
  try {
    return readdirSync(directory)
      .filter((name) => name.endsWith(".yaml"))
      .sort();
  } catch (cause) {
    if (hasCode(cause, "ENOENT")) return [];
    throw new TspodError(`reading "${directory}"`, { cause });
  }
}

async function readOne(path: string, merged: Merged): Promise<void> {
  const file = await parseMapping(readSmallText(path), path);
  for (const [key, text] of Object.entries(file)) {
    const value = text === "" ? {} : text;
    if (typeof value === "string") throw new TspodError(`parsing ${path}: "${key}" must be a mapping`);
    if (key === "default-docker") {
      if (merged.defaults !== undefined)
        throw new TspodError(`parsing ${path}: "default-docker" is defined in another file, too`);
      merged.defaults = settingsOf(value, path, key);
    } else if (key === "docker") {
      addNamespaces(value, path, merged);
    } else throw new TspodError(`parsing ${path}: unknown key "${key}": expected default-docker or docker`);
  }
}

function addNamespaces(namespaces: Mapping, path: string, merged: Merged): void {
  for (const [name, text] of Object.entries(namespaces)) {
    const value = text === "" ? {} : text;
    if (typeof value === "string") throw new TspodError(`parsing ${path}: "${name}" must be a mapping`);
    if (merged.namespaces.has(name))
      throw new TspodError(`parsing ${path}: "docker" namespace "${name}" is defined in another file, too`);
    merged.namespaces.set(name, settingsOf(value, path, name));
  }
}

function settingsOf(mapping: Mapping, path: string, where: string): Settings {
  const settings: Record<string, string> = {};
  for (const [key, value] of Object.entries(mapping)) {
    if (!KEYS.includes(key)) throw new TspodError(`parsing ${path}: unknown key "${key}" in "${where}"`);
    if (typeof value !== "string")
      throw new TspodError(`parsing ${path}: "${key}" in "${where}" must be a text`);
    if (value === "") continue; // nothing stands behind the colon
    if (key === "use-sigstore-attachments" && value !== "true" && value !== "false")
      throw new TspodError(`parsing ${path}: "${key}" in "${where}" must be true or false`);
    settings[key] = value;
  }
  return settings;
}
