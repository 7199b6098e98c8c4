import { messageChain, TspodError, UsageError } from "../../errors.ts";
import { takeLaunch } from "../../os/launch.ts";
import { commands } from "../index.ts";
import { checkOperands } from "./check-operands.ts";
import type { Command } from "./define-command.ts";
import { findCommand } from "./find-command.ts";
import type { FlagTable } from "./flag.ts";
import { type GlobalFlags, globalFlagTable, persistentFlagTable } from "./global-flags.ts";
import { checkGlobalFlags } from "./global-options.ts";
import { makeCall } from "./make-call.ts";
import { type Output, openOutput } from "./output.ts";
import { type ParsedLine, parseFlags } from "./parse-flags.ts";
import { PRODUCT_VERSION } from "./product-version.ts";

/** The end of a defect's message. */
const REPORT = "this is a bug in tspod: please report it, with the lines above and the command";

/** What main() has from the system. */
export interface Process {
  /** As typed, without the program's own name. */
  readonly arguments: readonly string[];
  /** The launcher's variables are taken out of it. */
  readonly env: Record<string, string | undefined>;
}

/**
 * Run one command line, from its words to its exit code. Prints everything, errors too; never throws.
 * @returns the exit code
 */
export async function runProgram({ arguments: argv, env }: Process): Promise<number> {
  let output = openOutput({ quiet: false });
  try {
    const line = readLine(argv);
    if (line.globalFlags.noout) output = openOutput({ quiet: true });
    const code = await runLine(line, { argv: ["tspod", ...argv], env, output });
    output.flush();
    return code;
  } catch (error) {
    return reportError(error, output);
  }
}

/** A command line, as far as it can be understood without its command's own table. */
interface Line {
  readonly globalFlags: GlobalFlags;
  readonly given: ReadonlySet<string>;
  readonly name: string;
  readonly isCommand: boolean;
  readonly help: boolean;
  readonly rest: readonly string[];
}

function readLine(argv: readonly string[]): Line {
  let values: ParsedLine["values"] = {};
  const given = new Set<string>();
  let help = false;
  const found = findCommand(argv, Object.keys(commands), (rest, group) => {
    const table: FlagTable = group === "" ? globalFlagTable : persistentFlagTable;
    const parsed = withHint(group, () => parseFlags(rest, table, { haltAtOperand: true }));
    values = { ...values, ...onlyGiven(parsed, values) };
    for (const name of parsed.given) given.add(name);
    help ||= parsed.help || parsed.values.help === true;
    return parsed.operands;
  });
  return {
    // Parsed by globalFlagTable, or by a part of it on top of that.
    globalFlags: values as unknown as GlobalFlags,
    given,
    name: found.name,
    isCommand: found.kind === "command",
    help,
    rest: found.rest,
  };
}

/** The values that count: all of the first table's, then what was given. */
function onlyGiven({ values, given }: ParsedLine, before: ParsedLine["values"]): ParsedLine["values"] {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !(name in before) || given.has(name)));
}

async function runLine(
  line: Line,
  { argv, env, output }: { argv: readonly string[]; env: Process["env"]; output: Output },
): Promise<number> {
  if (line.globalFlags.version) {
    output.write(`tspod version ${PRODUCT_VERSION}\n`);
    return 0;
  }
  if (!line.isCommand || line.help) return showHelp(line, output);
  const command = await loadCommand(line.name);
  const table = { ...persistentFlagTable, ...command.flags };
  const { haltAtOperand = false } = command;
  const parsed = withHint(line.name, () => parseFlags(line.rest, table, { haltAtOperand }));
  if (parsed.help) return showHelp(line, output);
  const globalFlags = globalsOf(line, command, parsed);
  checkGlobalFlags(globalFlags, line.given);
  checkOperands(command, parsed.operands.length);
  const words = line.name.split(" ");
  const { call, interrupted } = makeCall(parsed, {
    argv,
    words,
    env,
    launch: takeLaunch(env),
    globalFlags,
    output,
  });
  const complaint = command.check?.(call);
  if (complaint !== undefined) throw new UsageError(complaint);
  return runCommand(command, call, interrupted);
}

async function runCommand(
  command: Command,
  call: Parameters<Command["run"]>[0],
  interrupted: () => number | undefined,
): Promise<number> {
  try {
    const code = await command.run(call);
    return interrupted() ?? code ?? 0;
  } catch (error) {
    const code = interrupted();
    if (code !== undefined && isAbort(error)) return code;
    throw error;
  }
}

function isAbort(error: unknown): boolean {
  for (let e = error; e instanceof Error; e = e.cause) if (e.name === "AbortError") return true;
  return false;
}

async function loadCommand(name: string): Promise<Command> {
  const load = commands[name];
  if (load === undefined) throw new Error(`no command "${name}" in the table`);
  return (await load()).command;
}

/** A global flag may also stand among a command's own, unless that has one of the same name. */
function globalsOf({ globalFlags, given }: Line, command: Command, parsed: ParsedLine): GlobalFlags {
  const late = [...parsed.given].filter((name) => !(name in command.flags));
  if (late.length === 0) return globalFlags;
  for (const name of late) (given as Set<string>).add(name);
  return {
    ...globalFlags,
    ...Object.fromEntries(late.map((name) => [name, parsed.values[name]])),
  } as GlobalFlags;
}

async function showHelp(line: Line, output: Output): Promise<number> {
  const { commandHelp, groupHelp } = await import("./help.ts");
  const width = Math.min(process.stdout.columns || 80, 100);
  if (line.isCommand) {
    output.write(commandHelp(await loadCommand(line.name), { name: line.name, width }));
    return 0;
  }
  output.write(await groupHelp(line.name, { commands, width }));
  if (line.help) return 0;
  const program = ["tspod", line.name, "COMMAND"].filter(Boolean).join(" ");
  throw new UsageError(`missing command '${program}'`);
}

/** Flags that don't parse are explained by the command's help. */
function withHint<R>(name: string, parse: () => R): R {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const program = ["tspod", name].filter(Boolean).join(" ");
    const hints = [error.hint, `See '${program} --help'`].filter((hint) => hint !== undefined);
    throw new UsageError(error.message, hints.join("\n"));
  }
}

function reportError(error: unknown, output: Output): number {
  if (error instanceof TspodError) {
    const prefix = error.name === "LogLevelError" ? "" : "Error: ";
    if (error.message !== "") output.warn(`${prefix}${messageChain(error)}`);
    if (error instanceof UsageError && error.hint !== undefined) output.warn(error.hint);
    return error.exitCode;
  }
  output.warn(error instanceof Error ? stackOf(error) : `Error: ${String(error)}`);
  output.warn(REPORT);
  return 125;
}

function stackOf(error: Error): string {
  const stacks: string[] = [];
  for (let e: unknown = error; e instanceof Error; e = e.cause) stacks.push(e.stack ?? String(e));
  return `Error: ${stacks.join("\ncaused by: ")}`;
}
