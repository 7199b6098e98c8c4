import type { Setting } from "../config/setting.ts";
import type { UsageError } from "../errors.ts";
import type { Env } from "../os/env.ts";
import type { Launch } from "../os/launch.ts";
import type { Store } from "../system/store.ts";
import type { CompletionKind, FlagTable, FlagValues } from "./flags/flag.ts";
import type { GlobalFlags } from "./flags/global-flags.ts";
import type { LogLevel } from "./log.ts";

export type { CompletionKind, FlagTable, FlagValues } from "./flags/flag.ts";

/** What a handler may know and do: the command line, the surroundings, and the way out. One per process. */
export interface Call<T extends FlagTable = FlagTable> {
  readonly flags: FlagValues<T>;
  /** Long names (never aliases or letters) of the flags that stood on the command line. */
  readonly given: ReadonlySet<string>;
  readonly operands: readonly string[];
  readonly globalFlags: GlobalFlags;
  /** What containers.conf says; the global flags have their part of it already. */
  readonly conf: readonly Setting[];
  /** The full command line, `["tspod", "run", …]`, as inspect shows it in CreateCommand. */
  readonly argv: readonly string[];
  /** The command's words as they were typed: `["container", "ls"]`. */
  readonly words: readonly string[];
  /** The user's environment, without what the launcher put into it. */
  readonly env: Env;
  /** Absolute path of the working directory. */
  readonly cwd: string;
  readonly terminal: { readonly stdin: boolean; readonly stdout: boolean; readonly stderr: boolean };
  readonly launch: Launch;
  /** Absolute path of the store: `--root`, or `$XDG_DATA_HOME/tspod`. */
  readonly root: string;
  /** Absolute path: `--runroot`, or what the launcher says. */
  readonly runtimeDirectory: string;
  /**
   * Aborted by the first SIGINT, SIGTERM or SIGHUP: clean up and reject (or return); exit code 128 + signal
   * is main's business.
   */
  readonly signal: AbortSignal;
  /** All commands, for those that are about commands. */
  readonly commands: CommandTable;
  /** The store, opened at the first call. */
  store(options?: { readonly repair?: boolean }): Store;
  /** A line to stdout. Buffered until flush() or the end. */
  print(line: string): void;
  /** Bytes or text to stdout as they are; comes after what was printed before. */
  write(bytes: Uint8Array | string): void;
  /** A line to stderr, at once; what was printed before comes out first. */
  warn(line: string): void;
  /** A message for --log-level: what was found and decided on the way, for users who look for a fault. */
  log(level: LogLevel, message: string): void;
  /** Bytes to stderr as they are, at once; what was printed before comes out first. */
  writeError(bytes: Uint8Array): void;
  /**
   * Hand everything printed so far to the kernel. Synchronous: call it before `process.execve`, before a long
   * wait (`logs -f`), and before a child writes to the same stdout.
   */
  flush(): void;
  /**
   * Ends the process where nobody reads stdout any more: for commands that wait for more to print, since
   * `logs -f NAME | grep -m 1 ready` is to end with grep.
   */
  endIfUnread(): void;
  /**
   * Keep what V8 has compiled, for later calls; done at the end, which a process that becomes another program
   * does not have.
   */
  keepCompiledCode(): void;
}

export interface Example {
  /** The full line, with `tspod`. */
  readonly line: string;
  /** What it does, one sentence without a full stop. */
  readonly help: string;
}

/** A command as data: parsing, `--help`, completion and the man-page check all read it. */
export interface CommandDeclaration<T extends FlagTable> {
  /** Words after `tspod`: `"run"`, `"volume create"`. */
  readonly name: string;
  /** Usage after the flags: `"IMAGE [COMMAND [ARG...]]"`; absent: takes no operands. */
  readonly operands?: string;
  /** One line, capital letter, no full stop. */
  readonly summary: string;
  /** Paragraphs separated by an empty line; line ends inside a paragraph don't count. */
  readonly description?: string;
  readonly examples?: readonly Example[];
  /** Code → when, beyond 0 and 125. */
  readonly exitCodes?: Readonly<Record<string, string>>;
  readonly flags: T;
  /** Names of the flags that nearly everybody uses: `--help` shows them before the others. */
  readonly common?: readonly (keyof T & string)[];
  /** Everything from the first operand on is operands, `-x` too (run, create, exec). */
  readonly haltAtOperand?: boolean;
  /** Nothing is parsed: all that stands after the command's words is operands, `--help` too. */
  readonly raw?: boolean;
  /** Default 0. */
  readonly minOperands?: number;
  /** Default: 0 without `operands`, otherwise any number. */
  readonly maxOperands?: number;
  /**
   * For what the two numbers can't say (`--all` instead of operands): the error or its text; undefined when
   * all is well. Runs after them, before run().
   */
  check?(call: Pick<Call<T>, "flags" | "given" | "operands" | "words">): string | UsageError | undefined;
  /** What operands are completed with: one kind for all, or one for each place, the last for the rest. */
  readonly complete?: CompletionKind | readonly CompletionKind[];
  /** Neither in `--help` nor completed. */
  readonly hidden?: boolean;
  /**
   * Do it. A number is the exit code; nothing means 0.
   * @throws {TspodError} what the user can act on: printed as `Error: …`, its exitCode becomes ours
   */
  run(call: Call<T>): Promise<number | undefined> | Promise<void> | number | undefined;
}

/** A command of any flags, as the table and the framework see it. */
export type Command = CommandDeclaration<FlagTable>;

/** Commands by their words; each is loaded when it is asked for. */
export interface CommandTable {
  /** The words of every command, in the table's order. */
  names(): readonly string[];
  has(name: string): boolean;
  /** undefined: there is no such command. */
  load(name: string): Promise<Command> | undefined;
}

/** The rows as they are written: a command's words, and what loads its file. */
export type CommandRows = Readonly<Record<string, () => Promise<{ readonly command: Command }>>>;

/** Check a declaration's types, and infer those of its flags for run(). */
export function defineCommand<const T extends FlagTable>(declaration: CommandDeclaration<T>): Command {
  // The table holds commands of all flag tables; only main() calls run(), with values parsed by this very
  // table.
  return declaration as unknown as Command;
}
