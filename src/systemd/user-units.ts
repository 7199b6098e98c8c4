import { existsSync, lstatSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { TspodError } from "../errors.ts";
import { makeDirectories } from "../os/files/make-directories.ts";
import { writeFileAtomic } from "../os/files/write-file-atomic.ts";
import { NoManagerError, type SystemctlOptions, systemctl } from "./systemctl.ts";

/** Absolute path of a unit among the user's own. @see systemd.unit(5) */
export function userUnitFile(env: SystemctlOptions["env"], name: string): string {
  return join(env.XDG_CONFIG_HOME || join(env.HOME ?? "/", ".config"), "systemd/user", name);
}

/** A unit that the manager is to start, those that belong to it, and what does without a manager. */
export interface EnabledUnits {
  readonly unit: string;
  /** Texts of all units by their names. */
  readonly texts: Readonly<Record<string, string>>;
  /** The manager starts `unit` at once, too. */
  readonly now: boolean;
  /** A line of a crontab(5) that does the same where there is no systemd. */
  readonly crontab: string;
}

/**
 * Write units, have the manager read them, and enable one.
 * @throws {TspodError} If one can't be written, there is no manager, or it refuses. Nothing is left behind.
 */
export async function enableUnits(
  { unit, texts, now, crontab }: EnabledUnits,
  options: SystemctlOptions,
): Promise<void> {
  try {
    // Without a manager nothing is written.
    await systemctl(["show", "--property=Version"], options);
  } catch (error) {
    if (!(error instanceof NoManagerError)) throw error;
    throw new TspodError(`${error.message}; without systemd, this line in "crontab -e" does it: ${crontab}`);
  }
  const fresh = Object.keys(texts).filter((name) => !existsSync(userUnitFile(options.env, name)));
  try {
    for (const [name, text] of Object.entries(texts)) writeUnit(userUnitFile(options.env, name), text);
    await systemctl(["daemon-reload"], options);
    await systemctl(["enable", "--quiet", ...(now ? ["--now"] : []), unit], options);
  } catch (error) {
    removeFiles(fresh, options.env);
    throw error;
  }
}

/** Disable a unit, and take it and its files away, with a manager or without. */
export async function disableUnits(
  { unit, names, now }: { readonly unit: string; readonly names: readonly string[]; readonly now: boolean },
  options: SystemctlOptions,
): Promise<void> {
  try {
    await systemctl(["disable", "--quiet", ...(now ? ["--now"] : []), unit], options);
    removeFiles(names, options.env);
    await systemctl(["daemon-reload"], options);
  } catch (error) {
    if (!(error instanceof NoManagerError)) throw error;
    removeFiles(names, options.env);
  }
}

/** Whether the manager starts a unit by itself: a link to it is where `systemctl enable` makes one. */
export function isUnitEnabled(unit: string, env: SystemctlOptions["env"]): boolean {
  return existsSync(userUnitFile(env, unit)) && linksTo(unit, env).length > 0;
}

/** Absolute paths of the links in `*.wants` directories of the user. */
function linksTo(unit: string, env: SystemctlOptions["env"]): string[] {
  const directory = dirname(userUnitFile(env, unit));
  const names = existsSync(directory) ? readdirSync(directory) : [];
  return names
    .filter((name) => name.endsWith(".wants"))
    .map((name) => join(directory, name, unit))
    .filter((path) => lstatSync(path, { throwIfNoEntry: false }) !== undefined);
}

function removeFiles(names: readonly string[], env: SystemctlOptions["env"]): void {
  for (const name of names)
    for (const path of [...linksTo(name, env), userUnitFile(env, name)]) rmSync(path, { force: true });
}

function writeUnit(path: string, text: string): void {
  try {
    makeDirectories(dirname(path));
    writeFileAtomic(path, text, { mode: 0o644 });
  } catch (cause) {
    throw new TspodError(`writing "${path}"`, { cause });
  }
}
