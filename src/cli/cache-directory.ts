import type { Env } from "../os/env.ts";
/**
 * Where what can be made again goes; undefined where the environment doesn't say. Imports nothing: main.ts,
 * which has it, is compiled anew in every call.
 */
export function cacheDirectory({ XDG_CACHE_HOME: cache, HOME: home }: Env): string | undefined {
  if (cache?.startsWith("/")) return `${cache}/tspod`;
  return home?.startsWith("/") ? `${home}/.cache/tspod` : undefined;
}
