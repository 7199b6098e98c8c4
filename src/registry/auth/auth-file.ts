import { join } from "node:path";
import * as z from "zod/mini";
import { TspodError } from "../../errors.ts";
import type { Env } from "../../os/env.ts";
import { readSmallText } from "../../os/files/read-small-file.ts";
import type { Credentials } from "./credentials.ts";

/** One `auths` entry, as Docker and Podman write it. */
const entrySchema = z.object({
  auth: z.optional(z.string()),
  username: z.optional(z.string()),
  password: z.optional(z.string()),
  identitytoken: z.optional(z.string()),
});

const authFileSchema = z.object({
  auths: z.optional(z.nullable(z.record(z.string(), z.nullable(entrySchema)))),
  credHelpers: z.optional(z.nullable(z.record(z.string(), z.string()))),
  credsStore: z.optional(z.string()),
});

type AuthEntry = z.infer<typeof entrySchema>;

/** An auth file's content. @see containers-auth.json(5) */
export type AuthFile = z.infer<typeof authFileSchema>;

const DOCKER_HUB = new Set(["docker.io", "index.docker.io", "registry-1.docker.io"]);

/**
 * Files that may know credentials, the most telling first. A file that the user names stands alone.
 * @param authFile --authfile
 */
export function authFilePaths(env: Env, authFile?: string): readonly string[] {
  const named = authFile ?? env.REGISTRY_AUTH_FILE;
  if (named !== undefined && named !== "") return [named];
  const home = env.HOME ?? "/";
  return [
    ...(env.DOCKER_CONFIG ? [join(env.DOCKER_CONFIG, "config.json")] : []),
    ...(env.XDG_RUNTIME_DIR ? [join(env.XDG_RUNTIME_DIR, "containers/auth.json")] : []),
    join(env.XDG_CONFIG_HOME || join(home, ".config"), "containers/auth.json"),
    join(home, ".docker/config.json"),
    join(home, ".dockercfg"),
  ];
}

/**
 * Read an auth file; the old `.dockercfg`, which is the `auths` object alone, too.
 * @returns undefined where there is no such file
 * @throws {TspodError} If it can't be read or is no auth file; its content is not quoted.
 */
export function readAuthFile(path: string): AuthFile | undefined {
  const text = readIfThere(path);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text === "" ? "{}" : text);
    return z.parse(authFileSchema, path.endsWith(".dockercfg") ? { auths: value } : value);
  } catch {
    // A parser's message may quote the text, and with it a password.
    throw new TspodError(`"${path}" is not a valid auth file: expected {"auths": {"REGISTRY": {"auth": …}}}`);
  }
}

/**
 * The most specific entry of `auths` for a repository: `host/a/b`, `host/a`, `host`.
 * @param registry `host[:port]`, docker.io for Docker's
 */
export function findAuthEntry(file: AuthFile, registry: string, repository: string): Credentials | undefined {
  const entries = new Map<string, AuthEntry>();
  for (const [key, entry] of Object.entries(file.auths ?? {})) {
    if (entry !== null && !entries.has(normaliseKey(key))) entries.set(normaliseKey(key), entry);
  }
  for (const key of authKeys(registry, repository)) {
    const entry = entries.get(key);
    const credentials = entry === undefined ? undefined : entryCredentials(entry);
    if (credentials !== undefined) return credentials;
  }
  return undefined;
}

/** The helper that `credHelpers` or `credsStore` name for a repository. */
export function findHelper(
  { credHelpers, credsStore }: AuthFile,
  registry: string,
  repository: string,
): string | undefined {
  const helpers = new Map(Object.entries(credHelpers ?? {}).map(([key, name]) => [normaliseKey(key), name]));
  const key = authKeys(registry, repository).find((candidate) => helpers.has(candidate));
  const helper = key === undefined ? credsStore : helpers.get(key);
  return helper === "" ? undefined : helper;
}

/** Whether two keys of an auth file mean the same: `docker.io` and `https://index.docker.io/v1/`. */
export function isSameKey(a: string, b: string): boolean {
  return normaliseKey(a) === normaliseKey(b);
}

/** `host/a/b`, `host/a`, `host`. */
function authKeys(registry: string, repository: string): string[] {
  const host = normaliseKey(registry);
  const parts = repository.split("/");
  return [...parts.map((_, index) => [host, ...parts.slice(0, parts.length - index)].join("/")), host];
}

/**
 * Docker's keys are URLs with a version (`https://index.docker.io/v1/`), and its registry has three names.
 */
function normaliseKey(key: string): string {
  const bare = key.replace(/^https?:\/\//, "").replace(/(?:\/v[12])?\/*$/, "");
  const [host = "", ...path] = bare.split("/");
  return [DOCKER_HUB.has(host) ? "docker.io" : host, ...path].join("/");
}

function entryCredentials({ auth, username, password, identitytoken }: AuthEntry): Credentials | undefined {
  if (identitytoken) return { kind: "identity-token", token: identitytoken };
  if (auth) {
    const decoded = Buffer.from(auth, "base64").toString("utf8");
    const colon = decoded.indexOf(":");
    if (colon < 0) return undefined;
    // Old Dockers padded the password with NUL.
    const secret = decoded.slice(colon + 1).replace(/\0+$/, "");
    return { kind: "password", username: decoded.slice(0, colon), password: secret };
  }
  if (username && password !== undefined) return { kind: "password", username, password };
  return undefined;
}

function readIfThere(path: string): string | undefined {
  try {
    return readSmallText(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new TspodError(`reading auth file "${path}"`, { cause: error });
  }
}
