import { readFileSync } from "node:fs";
import { join } from "node:path";
import { map, soundJson, text } from "../../oci/shape.ts";
import { libDirectory } from "../../os/program-files.ts";
import type { CommandTable } from "../define-command.ts";

declare const TSPOD_BUNDLED: boolean | undefined;

/** Command's words → its summary; hidden commands have none. */
export type Summaries = Readonly<Record<string, string>>;

/** Beside the program; scripts/man.ts makes it, since loading every command takes 150 ms. */
export const SUMMARIES_FILE = "summaries.json";

/**
 * The summaries of all commands: as the build has written them, or from the commands where nothing was built.
 */
export async function readSummaries(commands: CommandTable): Promise<Summaries> {
  if (typeof TSPOD_BUNDLED === "undefined") return loadSummaries(commands);
  return soundJson(map(text), readFileSync(join(libDirectory, SUMMARIES_FILE), "utf8")) ?? {};
}

/** From the commands themselves. */
export async function loadSummaries(commands: CommandTable): Promise<Summaries> {
  const summaries: Record<string, string> = {};
  for (const name of commands.names()) {
    const command = await commands.load(name);
    if (command && !command.hidden) summaries[name] = command.summary;
  }
  return summaries;
}
