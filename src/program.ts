import { cacheDirectory } from "./cli/cache-directory.ts";
import type { Command } from "./cli/define-command.ts";
import { checkOperands } from "./cli/flags/check-operands.ts";
import type { FlagTable } from "./cli/flags/flag.ts";
import { withGlobalDefaults } from "./cli/flags/global-defaults.ts";
import { type GlobalFlags, globalFlagTable, persistentFlagTable } from "./cli/flags/global-flags.ts";
import { checkGlobalFlags, logLevel } from "./cli/flags/global-options.ts";
import { type ParsedLine, parseFlags } from "./cli/flags/parse-flags.ts";
import { withCommandOfName } from "./cli/generator-name.ts";
import { imageStores } from "./cli/image-stores.ts";
import { LAST_LINE } from "./cli/log.ts";
import { makeCall } from "./cli/make-call.ts";
import { isTerminal } from "./cli/output/is-terminal.ts";
import { type Output, openOutput } from "./cli/output/output.ts";
import { helpHint, type Line, readLine, withHint } from "./cli/read-line.ts";
import { commands } from "./commands/index.ts";
import { moduleFile } from "./config/conf-files.ts";
import { readContainersConf } from "./config/containers-conf.ts";
import { engineEnv } from "./config/engine-settings.ts";
import { ownVersion, versionLine } from "./config/product-version.ts";
import {
  errorLine,
  FlagValueError,
  messageChain,
  TspodError,
  UsageError,
  withoutDisposal,
} from "./errors.ts";
import { ExitCode } from "./os/exit-code.ts";
import { type Launch, TRACE, takeLaunch } from "./os/launch.ts";
import { ignoreSignal } from "./os/signals.ts";
import { hasCode, isSystemError } from "./os/system-error.ts";
import { workingDirectory } from "./os/working-directory.ts";

/** The end of a defect's message. */
function report(): string {
  return `this is a bug in tspod ${ownVersion()}: please report it, with the lines above and the command`;
}

const MAX_HELP_WIDTH = 100;
const DEFAULT_WIDTH = 80;

/** What main() gets from the system. */
export interface Process {
  /** As typed, without the program's own name. */
  readonly arguments: readonly string[];
  /** The launcher's variables are taken out of it. */
  readonly env: Record<string, string | undefined>;
  /** Keep what V8 has compiled, for later calls. */
  readonly keepCompiledCode: () => void;
}

/**
 * Run one command line, from its words to its exit code. Prints everything, errors too; never throws.
 * @returns the exit code
 */
export async function runProgram({ arguments: argv, env, keepCompiledCode }: Process): Promise<number> {
  const output = openOutput(env);
  try {
    const launch = takeLaunch(env);
    if (env[TRACE]) launch.trace = (await import("./cli/open-trace.ts")).openTrace(env);
    for (const number of launch.ignoredSignals) ignoreSignal(number);
    const line = await readLine(withCommandOfName(launch.name, argv), {
      commands,
      program: launch.name,
    });
    if (line.globalFlags.out) await redirect(line.globalFlags.out);
    if (line.globalFlags.noout) await redirect("/dev/null");
    const code = await runLine(line, { argv: [launch.name, ...argv], env, launch, output, keepCompiledCode });
    output.flush();
    return code;
  } catch (error) {
    return reportError(error, output);
  }
}

async function redirect(path: string): Promise<void> {
  const { redirectStandardOutput } = await import("./cli/output/redirect.ts");
  redirectStandardOutput(path);
}

interface Surroundings {
  readonly argv: readonly string[];
  readonly env: Process["env"];
  readonly launch: Launch;
  readonly output: Output;
  readonly keepCompiledCode: Process["keepCompiledCode"];
}

async function runLine(line: Line, surroundings: Surroundings): Promise<number> {
  const { output, launch, env } = surroundings;
  if (line.globalFlags.version) {
    output.write(`${versionLine(launch.name)}\n`);
    return 0;
  }
  if (!line.isCommand || line.help) return showHelp(line, surroundings);
  const command = await loadCommand(line.name);
  const program = `${launch.name} ${line.name}`;
  const parsed = withHint([program], () => parseRest(line.rest, command));
  if (parsed.help) return showHelp(line, surroundings);
  const { globalFlags, given } = globalsOf(line, command, parsed);
  checkGlobalFlags(globalFlags, given);
  if (globalFlags.config || globalFlags["registries-conf"]) {
    const { environmentOf } = await import("./cli/flags/config-directory.ts");
    Object.assign(env, environmentOf(globalFlags));
  }
  advised(command, program, () => checkOperands(command, parsed.operands.length, { program }));
  const words = line.name.split(" ");
  const level = logLevel(globalFlags, given);
  const conf = await readContainersConf(env, cacheDirectory(env), modulesOf(globalFlags.module, env));
  for (const [name, value] of engineEnv(conf)) env[name] = value;
  if (conf.some(({ unsupported }) => unsupported)) {
    const { unsupportedWarnings } = await import("./config/unsupported-settings.ts");
    for (const warning of unsupportedWarnings(conf, line.name)) output.warn(warning);
  }
  const { call, interrupted } = makeCall(parsed, {
    ...surroundings,
    commands,
    words,
    conf,
    globalFlags: withGlobalDefaults(globalFlags, conf),
    logLevel: level,
    withOthers: await imageStores(globalFlags, conf),
  });
  call.log("info", `${launch.name} filtering at log level ${level}`);
  const shown = withoutSecrets(surroundings.argv, command, parsed.values);
  call.log("debug", `called ${line.name}: ${shown.join(" ")}`);
  call.log(
    "trace",
    `store ${call.root}, runtime directory ${call.runtimeDirectory}, Node.js ${process.version}`,
  );
  advised(command, program, () => {
    const complaint = command.check?.(call);
    if (complaint !== undefined) throw typeof complaint === "string" ? new UsageError(complaint) : complaint;
  });
  return runCommand(command, call, { program, interrupted });
}

/** A wrong number of operands is reported with the usage line, where the error has no advice of its own. */
function advised({ operands = "" }: Command, program: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof UsageError) || error.advice !== undefined) throw error;
    throw new UsageError(error.message, error.hint, `Usage: ${program} [options] ${operands}`.trimEnd());
  }
}

function modulesOf(names: readonly string[], env: Process["env"]): string[] {
  return names.map((name) => moduleFile(name, env, workingDirectory()));
}

/** The command line as a log may have it. */
function withoutSecrets(
  argv: readonly string[],
  { flags }: Command,
  values: ParsedLine["values"],
): readonly string[] {
  const secrets = Object.entries(flags)
    .filter(([, { secret }]) => secret)
    .flatMap(([name]) => (typeof values[name] === "string" && values[name] !== "" ? [values[name]] : []));
  return argv.map((argument) => secrets.reduce((text, secret) => text.replaceAll(secret, "***"), argument));
}

function parseRest(rest: readonly string[], { flags, raw, haltAtOperand = false }: Command): ParsedLine {
  if (raw) return { values: {}, given: new Set(), operands: rest, help: false };
  return parseFlags(rest, { ...persistentFlagTable, ...flags }, { haltAtOperand });
}

async function runCommand(
  command: Command,
  call: Parameters<Command["run"]>[0],
  { program, interrupted }: { readonly program: string; readonly interrupted: () => number | undefined },
): Promise<number> {
  try {
    const code = await command.run(call);
    return interrupted() ?? code ?? 0;
  } catch (error) {
    const code = interrupted();
    if (code !== undefined && isAbort(error)) return code;
    if (error instanceof FlagValueError) throw new UsageError(error.message, helpHint([program]));
    throw error;
  } finally {
    call.log("debug", LAST_LINE);
  }
}

function isAbort(error: unknown): boolean {
  for (let e = error; e instanceof Error; e = e.cause) if (e.name === "AbortError") return true;
  return false;
}

async function loadCommand(name: string): Promise<Command> {
  const command = await commands.load(name);
  if (command === undefined) throw new Error(`no command "${name}" in the table`);
  return command;
}

/** A global flag may also stand among a command's own, unless that has one of the same name. */
function globalsOf(
  { globalFlags, given }: Line,
  command: Command,
  parsed: ParsedLine,
): { globalFlags: GlobalFlags; given: ReadonlySet<string> } {
  const late = [...parsed.given].filter((name) => !(name in command.flags));
  if (late.length === 0) return { globalFlags, given };
  const values = Object.fromEntries(late.map((name) => [name, parsed.values[name]]));
  return { globalFlags: { ...globalFlags, ...values } as GlobalFlags, given: new Set([...given, ...late]) };
}

async function showHelp(line: Line, { output, launch, env }: Surroundings): Promise<number> {
  const { commandHelp, groupHelp } = await import("./cli/help/help.ts");
  const { withDefaultsOf } = await import("./cli/help/conf-defaults.ts");
  const options = {
    program: launch.name,
    width: Math.min(process.stdout.columns || DEFAULT_WIDTH, MAX_HELP_WIDTH),
  };
  if (line.isCommand) {
    const conf = await readContainersConf(env, cacheDirectory(env), modulesOf(line.globalFlags.module, env));
    const command = withDefaultsOf(conf, await loadCommand(line.name));
    output.write(commandHelp(command, { ...options, name: line.name }));
    return 0;
  }
  // Podman leaves the choice out once it is made.
  const isRemote =
    line.given.has("url") || line.given.has("connection") || env.CONTAINER_HOST || env.CONTAINER_CONNECTION;
  const globals: FlagTable = isRemote
    ? { ...globalFlagTable, remote: { ...globalFlagTable.remote, hidden: true } }
    : globalFlagTable;
  output.write(await groupHelp(line.name, { ...options, commands, globals }));
  if (line.help) return 0;
  throw new UsageError(`missing command '${[launch.name, line.name, "COMMAND"].filter(Boolean).join(" ")}'`);
}

function reportError(thrown: unknown, output: Output): number {
  const error = withoutDisposal(thrown);
  if (error instanceof TspodError) {
    const prefix = error.name === "UnprefixedError" ? "" : "Error: ";
    if (error.message !== "") output.warn(`${prefix}${messageChain(error)}`);
    if (error instanceof UsageError && error.hint !== undefined) output.warn(error.hint);
    if (error.advice !== undefined && isTerminal(2)) output.warn(error.advice);
    return error.exitCode;
  }
  if (isOfTheMachine(error)) {
    output.warn(errorLine(error));
    return ExitCode.failed;
  }
  output.warn(error instanceof Error ? stackOf(error) : errorLine(String(error)));
  output.warn(report());
  return ExitCode.failed;
}

/** A system call with a descriptor or an address that only tspod itself can have got wrong. */
const OUR_DEFECTS = ["EBADF", "EFAULT", "EINVAL", "ENOSYS"];
/** Node's own limits, met by files of an absurd size. */
const NODE_LIMITS = ["ERR_STRING_TOO_LONG", "ERR_FS_FILE_TOO_LARGE"];

/**
 * A file that is missing, closed or in the way, a disk that is full, a table that has no room: wherever a
 * system call says so, it is no defect of ours. One that names a file always is of that kind.
 */
function isOfTheMachine(error: unknown): boolean {
  for (let e = error; e instanceof Error; e = withoutDisposal(e.cause)) {
    if (hasCode(e, ...NODE_LIMITS)) return true;
    if (isSystemError(e)) return e.path !== undefined || !hasCode(e, ...OUR_DEFECTS);
  }
  return false;
}

function stackOf(error: Error): string {
  const stacks: string[] = [];
  for (let e: unknown = error; e instanceof Error; e = e.cause) stacks.push(e.stack ?? String(e));
  return `Error: ${stacks.join("\ncaused by: ")}`;
}
