import { join } from "node:path";
import type { Env } from "../../os/env.ts";

/** Absolute path of the user's own configuration: `$XDG_CONFIG_HOME/containers`, `~/.config/containers`. */
export function userConfiguration({ XDG_CONFIG_HOME, HOME }: Env): string {
  return join(XDG_CONFIG_HOME || join(HOME ?? "/", ".config"), "containers");
}
