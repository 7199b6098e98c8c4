import { readFileSync } from "node:fs";
import type { Call } from "../../../cli/define-command.ts";
import type { FlagTable } from "../../../cli/flags/flag.ts";
import { TspodError } from "../../../errors.ts";
import { parseEnvEntry, parseEnvFile } from "../../../options/parse/env.ts";

/**
 * `K=V` of --env-file and --env, the files first, later ones in the place of earlier ones.
 * @throws {TspodError} If a file can't be read, or an entry has no name.
 */
export function environmentFromFlags<T extends FlagTable>(
  { env, envFile }: { env: readonly string[]; envFile: readonly string[] },
  call: Call<T>,
): string[] {
  const entries = [
    ...envFile.flatMap((path) => parseEnvFile(readEnvFile(path), call.env)),
    ...env.flatMap((text) => entryOf(text, call.env)),
  ];
  return [...new Map(entries)].map(([name, value]) => `${name}=${value}`);
}

/** In the words of Podman's exec, which refuses the empty entry that its run passes over. */
function entryOf(text: string, env: Call["env"]): readonly [string, string][] {
  if (text === "") throw new TspodError('parsing environment variables: invalid variable: ""');
  try {
    return parseEnvEntry(text, env);
  } catch (cause) {
    throw new TspodError("parsing environment variables", { cause });
  }
}

function readEnvFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT")
      throw new TspodError(`parsing file "${path}": open ${path}: no such file or directory`);
    throw new TspodError(`reading env file "${path}"`, { cause: error });
  }
}
