import { execFile } from "node:child_process";
import { TspodError } from "../errors.ts";
import type { Env } from "../os/env.ts";

export interface SystemctlOptions {
  readonly env: Env;
  readonly signal?: AbortSignal;
}

/** This user has no systemd manager here, or it can't be reached. */
export class NoManagerError extends TspodError {
  override name = "NoManagerError";
}

/** What systemctl says where there is no manager, or no bus to it. */
const NO_MANAGER = /^(?:Failed to connect to |System has not been booted with systemd)/m;

/**
 * Ask the user's systemd manager.
 * @returns what systemctl printed, without the last newline
 * @throws {NoManagerError} If it can't be reached. @throws {TspodError} If it says no.
 */
export function systemctl(args: readonly string[], { env, signal }: SystemctlOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile("systemctl", ["--user", ...args], { env: { ...env }, signal }, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout.replace(/\n$/, ""));
      if (error.name === "AbortError") return reject(error);
      const said = error.code === "ENOENT" ? "systemctl is not in $PATH" : stderr.trim() || error.message;
      if (error.code === "ENOENT" || NO_MANAGER.test(said))
        return reject(new NoManagerError(`no systemd manager of this user answers: ${said}`));
      reject(new TspodError(`systemctl --user ${args.join(" ")}: ${said}`));
    });
  });
}

/**
 * Have the manager read its units anew. Without one there is nothing to do: it reads them when it starts.
 * @param warn is called then
 * @throws {TspodError} If it says no.
 */
export async function reloadUnits(options: SystemctlOptions, warn: (line: string) => void): Promise<void> {
  try {
    await systemctl(["daemon-reload"], options);
  } catch (error) {
    if (!(error instanceof NoManagerError)) throw error;
    warn(`WARN[0000] ${error.message}; it will read the quadlets when it starts`);
  }
}

/**
 * A unit's properties by their names; empty where the manager doesn't know the unit. @throws {TspodError} As
 * systemctl()
 */
export async function showUnit(
  unit: string,
  properties: readonly string[],
  options: SystemctlOptions,
): Promise<Record<string, string>> {
  const text = await systemctl(["show", `--property=${properties.join(",")}`, "--", unit], options);
  return Object.fromEntries(text.split("\n").map((line) => splitOnce(line)));
}

function splitOnce(line: string): [string, string] {
  const at = line.indexOf("=");
  return [line.slice(0, at), line.slice(at + 1)];
}
