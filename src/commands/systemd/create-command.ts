import { canonicalArguments } from "../../cli/flags/canonical-arguments.ts";
import type { FlagTable } from "../../cli/flags/flag.ts";
import { TspodError, UsageError } from "../../errors.ts";
import type { CreateCommand } from "../../systemd/generate/unit-options.ts";

/**
 * Take the command line that made a container apart.
 * @param argv with the program's name
 * @param table the flags of `run`
 * @throws {TspodError} If it is none of ours.
 */
export function splitCreateCommand(argv: readonly string[], table: FlagTable): CreateCommand {
  const at = argv.findIndex((word, index) => index > 0 && (word === "run" || word === "create"));
  if (at < 0) throw new TspodError(`container's create command is too short or invalid: [${argv.join(" ")}]`);
  const rest = argv.slice(at + 1);
  const { flags, operands } = parse(rest, table);
  const last = (name: string): string | undefined => flags.findLast(([flag]) => flag === name)?.[1];
  return {
    globalArguments: argv.slice(1, at),
    flagArguments: rest.slice(0, rest.length - operands.length).filter((word) => word !== "--"),
    operands,
    detach: last("detach") === "true",
    replace: last("replace") === "true",
    named: last("name") !== undefined,
    sdnotify: last("sdnotify"),
    restart: last("restart"),
    env: flags.filter(([name]) => name === "env").map(([, value]) => value),
  };
}

function parse(argv: readonly string[], table: FlagTable) {
  try {
    return canonicalArguments(argv, table, { haltAtOperand: true });
  } catch (cause) {
    if (!(cause instanceof UsageError)) throw cause;
    throw new TspodError("parsing remaining command-line arguments", { cause });
  }
}
