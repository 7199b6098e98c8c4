import { TspodError } from "../../errors.ts";
import type { LoginKey } from "../../image/login.ts";
import { parseReference } from "../../oci/reference.ts";
import { isWebAddress } from "../../options/web-address.ts";

/**
 * What `login` and `logout` are for: a registry, a namespace or a repository; of a URL its host.
 * @throws {TspodError} If it is none of these, or has a tag or digest.
 */
export function parseLoginKey(text: string): LoginKey {
  const key = isWebAddress(text) ? (URL.parse(text)?.host ?? "") : text;
  const slash = key.indexOf("/");
  if (slash < 0) return { key, registry: key, repository: "" };
  const { tag, digest } = parsed(key);
  if (tag !== undefined || digest !== undefined)
    throw new TspodError(`reference "${key}" contains tag or digest`);
  return { key, registry: key.slice(0, slash), repository: key.slice(slash + 1) };
}

function parsed(key: string): ReturnType<typeof parseReference> {
  try {
    return parseReference(key);
  } catch (cause) {
    throw new TspodError(`parse reference from "${key}"`, { cause });
  }
}

interface AuthFileFlags {
  readonly authfile: string | undefined;
  readonly "compat-auth-file": string | undefined;
}

/** @throws {TspodError} If two files are named. */
export function authFileOf({ authfile, "compat-auth-file": compat }: AuthFileFlags): { authFile?: string } {
  if (authfile !== undefined && compat !== undefined)
    throw new TspodError(
      "options for paths to the credential file and to the Docker-compatible credential file can not be set simultaneously",
    );
  const file = authfile ?? compat;
  return file === undefined ? {} : { authFile: file };
}

/**
 * The key that the credentials have in the file: Docker's of Docker Hub in Docker's own.
 * @throws {TspodError} If Docker's file can't have it.
 */
export function keyIn({ "compat-auth-file": compat }: AuthFileFlags, login: LoginKey): LoginKey {
  if (compat === undefined) return login;
  if (login.repository !== "")
    throw new TspodError(
      `"${login.key}": a Docker-compatible file holds credentials of whole registries only: name ${login.registry}`,
    );
  return login.registry === "docker.io" ? { ...login, key: "https://index.docker.io/v1/" } : login;
}
