import { existsSync } from "node:fs";
import { join } from "node:path";
import { BOOT_UNIT } from "../../systemd/boot/boot-unit.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** Absolute path of the unit among the user's own. */
export function bootUnitFile(env: Env): string {
  return join(env.XDG_CONFIG_HOME || join(env.HOME ?? "/", ".config"), "systemd/user", BOOT_UNIT);
}

/** Whether the user's manager runs without a session. @see loginctl(1), enable-linger */
export function lingers({ USER: user }: Env): boolean {
  return user !== undefined && existsSync(join("/var/lib/systemd/linger", user));
}

/** What to type where it doesn't. */
export function lingerHint({ USER: user = "" }: Env): string {
  return `containers start with your first session; to have them start with the machine: loginctl enable-linger ${user}`.trimEnd();
}
