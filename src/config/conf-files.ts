import { existsSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { TspodError } from "../errors.ts";
import type { Env } from "../os/env.ts";

const SHARE = "/usr/share/containers";
const ETC = "/etc/containers";

/**
 * The files that make up containers.conf, in the order of their reading: what a later one says goes before.
 * @param system where the system's are: `/usr/share/containers` and `/etc/containers`
 * @see containers.conf(5), "FILES"; CONTAINERS_CONF names the only file, CONTAINERS_CONF_OVERRIDE a last one
 */
export function confFiles(
  env: Env,
  system: { readonly share: string; readonly etc: string } = { share: SHARE, etc: ETC },
): string[] {
  const { CONTAINERS_CONF: only, CONTAINERS_CONF_OVERRIDE: last } = env;
  const files = only ? [only] : [system.share, system.etc, ...userDirectory(env)].flatMap(withDropIns);
  return last ? [...files, last] : files;
}

/**
 * The files that make up storage.conf, in the order of their reading.
 * @see containers-storage.conf(5); CONTAINERS_STORAGE_CONF names the only file
 */
export function storageConfFiles(env: Env): string[] {
  const { CONTAINERS_STORAGE_CONF: only } = env;
  if (only) return [only];
  return [SHARE, ETC, ...userDirectory(env)].map((directory) => `${directory}/storage.conf`);
}

/**
 * The file of a `--module`: a path, or a name in `containers.conf.modules` of the user, of /etc/containers or
 * of /usr/share/containers. Modules are read after all other files.
 * @throws {TspodError} If there is none.
 * @see podman(1), --module
 */
export function moduleFile(name: string, env: Env, cwd: string): string {
  const places = [...userDirectory(env), ETC, SHARE].map(
    (directory) => `${directory}/containers.conf.modules/${name}`,
  );
  const candidates = name.startsWith("/") ? [name] : [...places, resolve(cwd, name)];
  const found = candidates.find((path) => existsSync(path));
  if (found === undefined)
    throw new TspodError(
      `could not resolve module "${name}": there is no such file as ${candidates.join(", ")}`,
    );
  return found;
}

/** None where the environment names none. */
function userDirectory({ XDG_CONFIG_HOME: config, HOME: home }: Env): string[] {
  const directory = config || (home ? `${home}/.config` : undefined);
  return directory === undefined ? [] : [`${directory}/containers`];
}

function withDropIns(directory: string): string[] {
  const dropIns = `${directory}/containers.conf.d`;
  return [`${directory}/containers.conf`, ...confNames(dropIns).map((name) => `${dropIns}/${name}`)];
}

function confNames(directory: string): string[] {
  try {
    return readdirSync(directory)
      .filter((name) => name.endsWith(".conf"))
      .sort();
  } catch {
    return []; // there is seldom one
  }
}
