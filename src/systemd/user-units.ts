import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { TspodError } from "../errors.ts";
import { makeDirectories } from "../os/files/make-directories.ts";
import { writeFileAtomic } from "../os/files/write-file-atomic.ts";
import { type SystemctlOptions, systemctl } from "./systemctl.ts";

/** Absolute path of a unit among the user's own. @see systemd.unit(5) */
export function userUnitFile(env: SystemctlOptions["env"], name: string): string {
  return join(env.XDG_CONFIG_HOME || join(env.HOME ?? "/", ".config"), "systemd/user", name);
}

/**
 * Write units, and have the manager read them.
 * @param texts by the units' names
 * @throws {TspodError} If one can't be written, or there is no manager.
 */
export async function writeUserUnits(
  texts: Readonly<Record<string, string>>,
  options: SystemctlOptions,
): Promise<void> {
  // Without one nothing is to be left behind.
  await systemctl(["show", "--property=Version"], options);
  for (const [name, text] of Object.entries(texts)) writeUnit(userUnitFile(options.env, name), text);
  await systemctl(["daemon-reload"], options);
}

function writeUnit(path: string, text: string): void {
  try {
    makeDirectories(dirname(path));
    writeFileAtomic(path, text, { mode: 0o644 });
  } catch (cause) {
    throw new TspodError(`writing "${path}"`, { cause });
  }
}

/** Take units away that writeUserUnits() has written, and have the manager forget them. */
export async function removeUserUnits(names: readonly string[], options: SystemctlOptions): Promise<void> {
  for (const name of names) rmSync(userUnitFile(options.env, name), { force: true });
  await systemctl(["daemon-reload"], options);
}
