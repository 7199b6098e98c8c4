import type { Env } from "../os/env.ts";
import { loadRegistriesConf } from "../registry/configuration/registries-conf.ts";

/** The registries that a name without one is looked for in, in the order of registries.conf. */
export function searchRegistries(env: Env): readonly string[] {
  return loadRegistriesConf(env).searchRegistries;
}
