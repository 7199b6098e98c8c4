import { execFile } from "node:child_process";
import { TspodError } from "../errors.ts";
import type { Env } from "../os/env.ts";

export interface SystemctlOptions {
  readonly env: Env;
  readonly signal?: AbortSignal;
}

/**
 * Ask the user's systemd manager.
 * @returns what systemctl printed, without the last newline
 * @throws {TspodError} If it can't be reached, or says no.
 */
export function systemctl(args: readonly string[], { env, signal }: SystemctlOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile("systemctl", ["--user", ...args], { env: { ...env }, signal }, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout.replace(/\n$/, ""));
      if (error.name === "AbortError") return reject(error);
      const said = error.code === "ENOENT" ? "systemctl is not in $PATH" : stderr.trim() || error.message;
      reject(new TspodError(`systemctl --user ${args.join(" ")}: ${said}`));
    });
  });
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
