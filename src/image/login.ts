import { existsSync } from "node:fs";
import { TspodError } from "../errors.ts";
import { findHelper, readAuthFile } from "../registry/auth/auth-file.ts";
import { eraseFromHelper, listHelper, storeInHelper } from "../registry/auth/credential-helper.ts";
import type { Credentials } from "../registry/auth/credentials.ts";
import { AUTH_FILES, findCredentials, helperServer } from "../registry/auth/find-credentials.ts";
import {
  authFileToWrite,
  clearAuthFile,
  removeAuthEntry,
  setAuthEntry,
} from "../registry/auth/write-auth-file.ts";
import { openRegistry } from "../registry/client.ts";
import { pushEndpoint } from "../registry/configuration/endpoints.ts";
import { loadRegistriesConf } from "../registry/configuration/registries-conf.ts";
import { RegistryError } from "../registry/registry-error.ts";
import type { RegistryOptions } from "../registry/registry-options.ts";

export type { Credentials };

/** What a login is for: a registry, or a part of one. */
export interface LoginKey {
  /** `host[:port]`, or that and a namespace or repository. */
  readonly key: string;
  /** `host[:port]` */
  readonly registry: string;
  /** The part of `key` behind the registry; empty: all of the registry. */
  readonly repository: string;
}

export interface LoginOptions extends RegistryOptions {
  /** A file that is locked while an auth file is changed; absolute. */
  readonly lock: string;
}

/** The registry that is meant where none is named. @throws {TspodError} If registries.conf has none. */
export function defaultRegistry({ env, systemConfiguration }: RegistryOptions): string {
  const [first] = loadRegistriesConf(env, systemConfiguration).searchRegistries;
  if (first === undefined)
    throw new TspodError("no registries found in registries.conf, a registry must be provided");
  return first;
}

/** Who the user is to a registry until now. A file that --authfile names need not be there yet. */
export async function knownCredentials(
  { registry, repository }: LoginKey,
  { env, authFile, systemConfiguration }: RegistryOptions,
): Promise<Credentials | undefined> {
  const conf = loadRegistriesConf(env, systemConfiguration);
  if (authFile !== undefined && !existsSync(authFile)) return undefined;
  return findCredentials(registry, repository, { env, conf, ...(authFile !== undefined && { authFile }) });
}

/**
 * Whether a registry takes a password.
 * @returns false if it says no
 * @throws {TspodError} If it can't be asked.
 */
export async function checkPassword(
  { registry }: LoginKey,
  credentials: { readonly username: string; readonly password: string },
  options: RegistryOptions & { readonly signal?: AbortSignal },
): Promise<boolean> {
  const conf = loadRegistriesConf(options.env, options.systemConfiguration);
  const endpoint = { ...pushEndpoint({ domain: registry, path: "" }, conf, options.tlsVerify) };
  await using client = await openRegistry(endpoint, { ...options, conf, credentials });
  try {
    const { body } = await client.send("/v2/", { scope: "", signal: options.signal });
    body.on("error", () => undefined).destroy();
    return true;
  } catch (error) {
    if (error instanceof RegistryError && error.failure.status === 401) return false;
    throw error;
  }
}

/**
 * Keep a password: in the first place of registries.conf's `credential-helpers`, as a rule the auth file; or
 * where that file says that its credentials are kept.
 * @returns where it is now
 * @throws {TspodError} If it can't be kept.
 */
export async function storeCredentials(
  { key, registry, repository }: LoginKey,
  password: { readonly username: string; readonly password: string },
  { env, authFile, lock, systemConfiguration }: LoginOptions,
): Promise<string> {
  const [first = AUTH_FILES] = loadRegistriesConf(env, systemConfiguration).credentialHelpers;
  const path = authFileToWrite(env, authFile);
  const helper = first === AUTH_FILES ? findHelper(readAuthFile(path) ?? {}, registry, repository) : first;
  if (helper === undefined) {
    await setAuthEntry(path, key, { ...password, lock });
    return path;
  }
  if (repository !== "")
    throw new TspodError(`namespaced key is not supported for credential helper ${helper}`);
  await storeInHelper(helper, { server: helperServer(registry), ...password, env });
  return `credential helper: ${helper}`;
}

/** Forget a password, wherever a login may have put it. @returns whether there was any */
export async function eraseCredentials(
  { key, registry, repository }: LoginKey,
  { env, authFile, lock, systemConfiguration }: LoginOptions,
): Promise<boolean> {
  const path = authFileToWrite(env, authFile);
  const own = findHelper(readAuthFile(path) ?? {}, registry, repository);
  const others = loadRegistriesConf(env, systemConfiguration).credentialHelpers;
  const helpers = [...(own === undefined ? [] : [own]), ...others.filter((name) => name !== AUTH_FILES)];
  let found = await removeAuthEntry(path, key, lock);
  if (repository !== "") return found;
  for (const helper of new Set(helpers))
    found = (await eraseFromHelper(helper, helperServer(registry), env)) || found;
  return found;
}

/** Forget all passwords that a login may have kept. */
export async function eraseAllCredentials({
  env,
  authFile,
  lock,
  systemConfiguration,
}: LoginOptions): Promise<void> {
  const path = authFileToWrite(env, authFile);
  const { credHelpers, credsStore } = readAuthFile(path) ?? {};
  for (const [registry, helper] of Object.entries(credHelpers ?? {}))
    await eraseFromHelper(helper, helperServer(registry), env);
  const others = loadRegistriesConf(env, systemConfiguration).credentialHelpers;
  const whole = [...(credsStore ? [credsStore] : []), ...others.filter((name) => name !== AUTH_FILES)];
  for (const helper of new Set(whole))
    for (const server of await listHelper(helper, env)) await eraseFromHelper(helper, server, env);
  await clearAuthFile(path, lock);
}
