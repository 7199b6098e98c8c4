import { realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { TspodError } from "../../errors.ts";
import type { Env } from "../../os/env.ts";
import { acquireLock } from "../../os/file-lock.ts";
import { makeDirectories } from "../../os/files/make-directories.ts";
import { readSmallText } from "../../os/files/read-small-file.ts";
import { writeFileAtomic } from "../../os/files/write-file-atomic.ts";
import { hasCode } from "../../os/system-error.ts";
import { isSameKey } from "./auth-file.ts";

/** An auth file's content as it is: what is not known here stays. */
type AuthObject = Record<string, unknown> & { auths?: Record<string, unknown> };

/** The auth file that a login goes to; absolute, or as the user has named it. @param authFile --authfile */
export function authFileToWrite(env: Env, authFile?: string): string {
  const named = authFile || env.REGISTRY_AUTH_FILE;
  if (named) return named;
  if (env.DOCKER_CONFIG) return join(env.DOCKER_CONFIG, "config.json");
  const parent = env.XDG_RUNTIME_DIR || env.XDG_CONFIG_HOME || join(env.HOME ?? "/", ".config");
  return join(parent, "containers/auth.json");
}

/**
 * Keep a password under a key, in the place of what was there.
 * @throws {TspodError} If the file can't be read or written.
 */
export function setAuthEntry(
  path: string,
  key: string,
  { username, password, lock }: { username: string; password: string; lock: string },
): Promise<void> {
  const auth = Buffer.from(`${username}:${password}`).toString("base64");
  return changeAuthFile(path, lock, (file) => ({
    ...file,
    auths: { ...withoutKey(file.auths, key), [key]: { auth } },
  }));
}

/** Forget what stands under a key. @returns whether anything did */
export async function removeAuthEntry(path: string, key: string, lock: string): Promise<boolean> {
  let found = false;
  await changeAuthFile(path, lock, (file) => {
    const auths = withoutKey(file.auths, key);
    found = Object.keys(auths).length < Object.keys(file.auths ?? {}).length;
    return found ? { ...file, auths } : undefined;
  });
  return found;
}

/** Forget all credentials; the helpers' ones are theirs. */
export function clearAuthFile(path: string, lock: string): Promise<void> {
  return changeAuthFile(path, lock, ({ credHelpers: _, ...file }) => ({ ...file, auths: {} }));
}

function withoutKey(auths: Record<string, unknown> | undefined, key: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(auths ?? {}).filter(([other]) => !isSameKey(other, key)));
}

/**
 * @param lock a file that keeps two logins from losing one
 * @param change gives the new content; undefined: nothing changes
 */
async function changeAuthFile(
  path: string,
  lock: string,
  change: (file: AuthObject) => AuthObject | undefined,
): Promise<void> {
  using _lock = await acquireLock(lock);
  const changed = change(readObject(path));
  if (changed === undefined) return;
  try {
    makeDirectories(dirname(path), 0o700);
    // Some keep a link there, which stays one.
    writeFileAtomic(realPath(path), JSON.stringify(changed, undefined, "\t"));
  } catch (cause) {
    throw new TspodError(`writing auth file "${path}"`, { cause });
  }
}

function readObject(path: string): AuthObject {
  try {
    const text = readSmallText(path);
    const value: unknown = JSON.parse(text.trim() === "" ? "{}" : text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as AuthObject;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return {};
    if (!(error instanceof SyntaxError))
      throw new TspodError(`reading auth file "${path}"`, { cause: error });
  }
  // What a parser says may quote the text, and with it a password.
  throw new TspodError(`"${path}" is not a valid auth file: expected {"auths": {"REGISTRY": {"auth": …}}}`);
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path; // not there yet
  }
}
