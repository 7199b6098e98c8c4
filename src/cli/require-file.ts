import { statSync } from "node:fs";
import { resolve } from "node:path";
import { TspodError } from "../errors.ts";
import { isSystemError, systemErrorReason } from "../os/system-error.ts";

/**
 * What an option names has to be there.
 * @param name as it was typed; relative to cwd
 * @throws {TspodError} If it isn't, or can't be looked at, in Podman's words.
 */
export function requireFile(name: string, { cwd }: { readonly cwd: string }): void {
  try {
    statSync(resolve(cwd, name));
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new TspodError(`stat ${name}: ${systemErrorReason(error)}`);
  }
}
