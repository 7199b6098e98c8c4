import { existsSync } from "node:fs";
import { TspodError } from "../../errors.ts";
import type { Env } from "../../os/env.ts";
import type { RegistriesConf } from "../configuration/registries-conf.ts";
import { type AuthFile, authFilePaths, findAuthEntry, findHelper, readAuthFile } from "./auth-file.ts";
import { askCredentialHelper, MissingHelperError } from "./credential-helper.ts";
import type { Credentials } from "./credentials.ts";

/** What decides whose credentials are used. */
export interface CredentialSources {
  readonly env: Env;
  /** --authfile */
  readonly authFile?: string;
  readonly conf: Pick<RegistriesConf, "credentialHelpers">;
}

/** The word for the auth files in registries.conf's list of helpers. */
export const AUTH_FILES = "containers-auth.json";
/** Under this name Docker's helpers know docker.io. */
const DOCKER_HUB_KEY = "https://index.docker.io/v1/";

/** The name that helpers have for a registry. */
export function helperServer(registry: string): string {
  return registry === "docker.io" ? DOCKER_HUB_KEY : registry;
}

/**
 * The credentials for a repository: of the auth files and their helpers, then of registries.conf's helpers.
 * @param registry `host[:port]`
 * @returns undefined where nothing is known: the registry is asked anonymously
 * @throws {TspodError} If a file or helper fails, or the file named by --authfile doesn't exist.
 */
export async function findCredentials(
  registry: string,
  repository: string,
  { env, authFile, conf }: CredentialSources,
): Promise<Credentials | undefined> {
  if (authFile !== undefined && !existsSync(authFile)) {
    throw new TspodError(
      `credential file is not accessible: faccessat ${authFile}: no such file or directory`,
    );
  }
  const server = helperServer(registry);
  for (const path of authFilePaths(env, authFile)) {
    const file = readAuthFile(path);
    if (file === undefined) continue;
    const helper = findHelper(file, registry, repository);
    const answer = helper === undefined ? undefined : await askStore(helper, server, { env, file });
    const found = answer ?? findAuthEntry(file, registry, repository);
    if (found !== undefined) return found;
  }
  for (const helper of conf.credentialHelpers.filter((name) => name !== AUTH_FILES)) {
    const found = await askCredentialHelper(helper, server, env);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * `credsStore` is for all registries, and its helper may be on another machine only: a ~/.docker/config.json
 * of Docker Desktop is shared with WSL. Then nothing is known, and a registry that wants a login says so. A
 * helper that is named for this registry has to be there.
 */
async function askStore(
  helper: string,
  server: string,
  { env, file }: { readonly env: Env; readonly file: AuthFile },
): Promise<Credentials | undefined> {
  try {
    return await askCredentialHelper(helper, server, env);
  } catch (error) {
    if (error instanceof MissingHelperError && helper === file.credsStore) return undefined;
    throw error;
  }
}
