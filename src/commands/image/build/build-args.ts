import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { TspodError } from "../../../errors.ts";
import type { BuildCall } from "./inputs.ts";

/**
 * `--build-arg` and `--build-arg-file`: those on the command line win.
 * @throws {TspodError} If a file can't be read.
 */
export function buildArgs({
  flags,
  env,
  cwd,
}: Pick<BuildCall, "flags" | "env" | "cwd">): Map<string, string> {
  const lines = flags["build-arg-file"].flatMap((path) => linesOf(resolve(cwd, path)));
  const args = new Map<string, string>();
  for (const text of [...lines, ...flags["build-arg"]]) {
    const at = text.indexOf("=");
    const name = at === -1 ? text : text.slice(0, at);
    const value = at === -1 ? env[name] : text.slice(at + 1);
    if (name === "") throw new TspodError(`--build-arg "${text}": expected NAME=VALUE`);
    if (value === undefined) args.delete(name);
    else args.set(name, value);
  }
  return args;
}

function linesOf(path: string): string[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new TspodError("reading --build-arg-file", { cause });
  }
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}
