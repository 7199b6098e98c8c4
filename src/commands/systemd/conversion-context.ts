import type { CommandTable } from "../../cli/define-command.ts";
import type { FlagTable } from "../../cli/flags/flag.ts";
import { programFile } from "../../os/program-files.ts";
import type { ConversionContext } from "../../systemd/quadlet/convert/conversion.ts";
import { unsupportedReason } from "../flags/create/unsupported.ts";

/** The commands that services call, and whose flags keys stand for. */
const COMMANDS = [
  "run",
  "pull",
  "artifact pull",
  "build",
  "volume create",
  "network create",
  "pod create",
  "kube play",
];

/** What the conversion of quadlets needs to know of us. */
export async function conversionContext(
  commands: CommandTable,
): Promise<Omit<ConversionContext, "quadlets">> {
  const tables = new Map<string, FlagTable>();
  for (const name of COMMANDS) {
    const command = await commands.load(name);
    if (command) tables.set(name, command.flags);
  }
  return {
    program: programFile,
    unsupported(command, flag) {
      if (!isKnown(flag, tables.get(command) ?? {})) return `tspod ${command} has no --${flag}`;
      return command === "run" ? unsupportedReason(flag) : undefined;
    },
  };
}

function isKnown(flag: string, table: FlagTable): boolean {
  return flag in table || Object.values(table).some(({ aliases }) => aliases?.includes(flag));
}
