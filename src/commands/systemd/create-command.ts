import { canonicalArguments } from "../../cli/flags/canonical-arguments.ts";
import type { FlagTable } from "../../cli/flags/flag.ts";
import { TspodError, UsageError } from "../../errors.ts";
import type { CreateCommand, PodCreateCommand } from "../../systemd/generate/unit-options.ts";

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

/**
 * Take the command line that made a pod apart.
 * @param argv with the program's name
 * @param table the flags of `pod create`
 * @throws {TspodError} If it is none of ours, say one of `run --pod new:NAME`.
 */
export function splitPodCreateCommand(argv: readonly string[], table: FlagTable): PodCreateCommand {
  const at = argv.findIndex((word, index) => word === "create" && argv[index - 1] === "pod");
  if (at < 0)
    throw new TspodError(`pod does not appear to be created via \`tspod pod create\`: [${argv.join(" ")}]`);
  const podArguments = argv.slice(at + 1);
  const { flags } = parse(podArguments, table, { haltAtOperand: false });
  const last = (name: string): string | undefined => flags.findLast(([flag]) => flag === name)?.[1];
  return {
    globalArguments: argv.slice(1, at - 1),
    podArguments,
    replace: last("replace") === "true",
    named: last("name") !== undefined,
  };
}

function parse(argv: readonly string[], table: FlagTable, { haltAtOperand = true } = {}) {
  try {
    return canonicalArguments(argv, table, { haltAtOperand });
  } catch (cause) {
    if (!(cause instanceof UsageError)) throw cause;
    throw new TspodError("parsing remaining command-line arguments", { cause });
  }
}
