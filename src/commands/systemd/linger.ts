import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Env } from "../../os/env.ts";

/** Whether the user's manager runs without a session. @see loginctl(1), enable-linger */
export function lingers({ USER: user }: Env): boolean {
  return user !== undefined && existsSync(join("/var/lib/systemd/linger", user));
}

/**
 * What to type where it doesn't. @param what is so until then, `now`, and what the `remedy` is for, as parts
 * of a sentence
 */
export function lingerHint({ USER: user = "" }: Env, what: { now: string; remedy: string }): string {
  return `${what.now}; ${what.remedy}: loginctl enable-linger ${user}`.trimEnd();
}

export const BOOT_HINT = {
  now: "containers start with your first session",
  remedy: "to have them start with the machine",
};
