import { statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { TspodError } from "../errors.ts";
import { isSystemError, systemErrorReason } from "../os/system-error.ts";

/**
 * What an option names has to be there.
 * @param name as it was typed; relative to cwd
 * @throws {TspodError} If it isn't, or can't be looked at, in Podman's words.
 */
export function requireFile(name: string, { cwd }: { readonly cwd: string }): void {
  const reason = missingReason(resolve(cwd, name));
  if (reason !== undefined) throw new TspodError(`stat ${name}: ${reason}`);
}

/**
 * As requireFile(), for --authfile. An empty name is none.
 * @throws {TspodError} If the file isn't there, or can't be looked at, in Podman's words.
 */
export function requireAuthFile(name: string | undefined, { cwd }: { readonly cwd: string }): void {
  if (!name) return;
  const reason = missingReason(resolve(cwd, name));
  if (reason !== undefined)
    throw new TspodError(`credential file is not accessible: faccessat ${name}: ${reason}`);
}

/** Why a file can't be looked at; undefined where it can. */
function missingReason(path: string): string | undefined {
  try {
    statSync(path);
    return undefined;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return systemErrorReason(error);
  }
}

/**
 * Checks a file that an option names, and that is to be written at the end: what would keep it from being
 * written is reported before anything is done.
 * @param name as it was typed; relative to cwd
 * @throws {TspodError} If it is a directory, or would be in none.
 */
export function requireWritableFile(name: string, { cwd }: { readonly cwd: string }): void {
  const path = resolve(cwd, name);
  requireFile(dirname(path), { cwd });
  if (!statSync(dirname(path)).isDirectory()) throw new TspodError(`open ${name}: not a directory`);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new TspodError(`open ${name}: is a directory`);
}
