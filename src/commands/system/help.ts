import { defineCommand } from "../../cli/define-command.ts";
import { globalFlagTable } from "../../cli/flags/global-flags.ts";
import { commandHelp, groupHelp } from "../../cli/help/help.ts";
import { UsageError } from "../../errors.ts";

const DEFAULT_WIDTH = 80;
const MAX_WIDTH = 100;

export const command = defineCommand({
  name: "help",
  operands: "[WORD...]",
  summary: "Help about any command",
  description:
    "Shows what --help of the command shows; the words are those of the command, and without them the list of all is shown.",
  examples: [{ line: "tspod help volume create", help: "how a volume is made" }],
  flags: {},
  async run({ operands, write, argv, commands }) {
    const layout = {
      program: argv[0] ?? "tspod",
      width: Math.min(process.stdout.columns || DEFAULT_WIDTH, MAX_WIDTH),
    };
    const name = operands.join(" ");
    const command = await commands.load(name);
    if (command !== undefined) write(commandHelp(command, { ...layout, name }));
    else if (name === "" || commands.names().some((known) => known.startsWith(`${name} `))) {
      write(await groupHelp(name, { ...layout, commands, globals: globalFlagTable }));
    } else
      throw new UsageError(
        `unknown help topic \`${name}\``,
        `Try '${layout.program} --help' for more information`,
      );
  },
});
