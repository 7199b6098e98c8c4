import type { Call } from "./call.ts";
import type { CompletionKind, FlagTable } from "./flag.ts";

export type { Call } from "./call.ts";
export type { CompletionKind, Flag, FlagTable, FlagValues } from "./flag.ts";

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
  /** Everything from the first operand on is operands, `-x` too (run, create, exec). */
  readonly haltAtOperand?: boolean;
  /** Nothing is parsed: all that stands after the command's words is operands, `--help` too. */
  readonly raw?: boolean;
  /** Default 0. */
  readonly minOperands?: number;
  /** Default: 0 without `operands`, else any number. */
  readonly maxOperands?: number;
  /**
   * For what the two numbers can't say (`--all` instead of operands): the error's text, or undefined when all is well.
   * Runs after them, before run().
   */
  check?(call: Pick<Call<T>, "flags" | "given" | "operands">): string | undefined;
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

/** Check a declaration's types, and infer those of its flags for run(). */
export function defineCommand<const T extends FlagTable>(declaration: CommandDeclaration<T>): Command {
  // The table holds commands of all flag tables; only main() calls run(), with values parsed by this very table.
  return declaration as unknown as Command;
}
