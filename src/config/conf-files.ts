import { readdirSync } from "node:fs";
import type { Env } from "../os/env.ts";

/**
 * The files that make up containers.conf, in the order of their reading: what a later one says goes before.
 * @param system where the system's are: `/usr/share/containers` and `/etc/containers`
 * @see containers.conf(5), "FILES"; CONTAINERS_CONF names the only file, CONTAINERS_CONF_OVERRIDE a last one
 */
export function confFiles(
  env: Env,
  system: { readonly share: string; readonly etc: string } = {
    share: "/usr/share/containers",
    etc: "/etc/containers",
  },
): string[] {
  const { CONTAINERS_CONF: only, CONTAINERS_CONF_OVERRIDE: last } = env;
  const files = only ? [only] : [...withDropIns(system.share), ...withDropIns(system.etc), ...ofUser(env)];
  return last ? [...files, last] : files;
}

function ofUser({ XDG_CONFIG_HOME: config, HOME: home }: Env): string[] {
  const directory = config || (home ? `${home}/.config` : undefined);
  return directory === undefined ? [] : withDropIns(`${directory}/containers`);
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
