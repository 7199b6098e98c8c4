import { ExitCode } from "./os/exit-code.ts";
import { isSystemError, type SystemError, systemErrorReason } from "./os/system-error.ts";

/**
 * A failure the user can cause or act on: printed as one line. Any other error that reaches main() is a
 * defect of ours and keeps its stack.
 */
export class TspodError extends Error {
  override name = "TspodError";
  /** "125: the error is with Podman itself" (podman-run(1), Exit Status). */
  readonly exitCode: number = ExitCode.failed;
  /** What to type, for a user at a terminal; scripts get Podman's words alone. */
  readonly advice: string | undefined;
  constructor(message: string, options: ErrorOptions & { readonly advice?: string } = {}) {
    super(message, options);
    this.advice = options.advice;
  }
}

/**
 * `error instanceof this`, for a class of errors. The bundle has a class once in each chunk that holds its
 * file, but for this file's, which all chunks share: what one chunk throws is known to another by the names
 * of its classes.
 */
function isInstance(this: unknown, value: unknown): boolean {
  const isOurs = Function.prototype[Symbol.hasInstance].call(TspodError, value);
  if (this === TspodError || !isOurs || typeof this !== "function") return isOurs;
  for (let type = Object(value).constructor; type !== TspodError; type = Object.getPrototypeOf(type))
    if (type === this || type.name === this.name) return true;
  return false;
}
Object.defineProperty(TspodError, Symbol.hasInstance, { value: isInstance });

/** The command to run in a container was found, but can't be executed. */
export class CommandNotExecutableError extends TspodError {
  override readonly exitCode: number = ExitCode.notExecutable;
}

/** The command to run in a container does not exist. */
export class CommandNotFoundError extends TspodError {
  override readonly exitCode: number = ExitCode.notFound;
}

/** The OCI runtime failed, and not for the command that it was to run. */
export class RuntimeFailedError extends TspodError {
  override name = "RuntimeFailedError";
}

/** Nothing goes by the name, ID or reference that was asked for. */
export class NotFoundError extends TspodError {
  override name = "NotFoundError";
}

/** The thing is there and in use: running, referenced, locked. */
export class InUseError extends TspodError {
  override name = "InUseError";
}

/** What the store has on disk is not what tspod wrote there. Lists go on without it. */
export class DamagedError extends TspodError {
  override name = "DamagedError";
}

/** A command line that does not fit its command's declaration; `hint` is a second line for the user. */
export class UsageError extends TspodError {
  override name = "UsageError";
  readonly hint: string | undefined;
  constructor(message: string, hint?: string, advice?: string) {
    super(message, advice === undefined ? {} : { advice });
    this.hint = hint;
  }
}

/** A flag's value that its command has judged: printed with the line that names the command's help. */
export class FlagValueError extends UsageError {
  override name = "FlagValueError";
  /** @param why in the words of the function of Go that Podman parses it with */
  constructor(flag: string, value: string, why: string) {
    super(`invalid argument ${JSON.stringify(value)} for "--${flag}" flag: ${why}`);
  }
}

/** Interrupted by a signal: exit with 128 + its number, and print nothing. */
export class InterruptedError extends TspodError {
  override name = "InterruptedError";
  override readonly exitCode: number;
  /** @param signal its number */
  constructor(signal: number) {
    super("");
    this.exitCode = 128 + signal;
  }
}

/** A failure as it is printed on stderr: `Error: …`, one line. */
export function errorLine(error: unknown): string {
  return `Error: ${typeof error === "string" ? error : messageChain(error)}`;
}

/**
 * `outer: inner: innermost`, one line for the whole chain of causes; foreign text in it can't move a
 * terminal's cursor.
 */
export function messageChain(error: unknown): string {
  const messages: string[] = [];
  for (let e = withoutDisposal(error); e instanceof Error; e = withoutDisposal(e.cause))
    messages.push(isSystemError(e) ? systemMessage(e, messages.join(": ")) : e.message);
  return withoutControls(messages.join(": "));
}

/**
 * What went wrong first: of a SuppressedError, which says that giving something back failed on top of another
 * error, that other one.
 */
export function withoutDisposal(error: unknown): unknown {
  return error instanceof SuppressedError ? withoutDisposal(error.suppressed) : error;
}

/** What a system call was for, for people. */
const DOING: Readonly<Record<string, string>> = {
  open: "opening",
  openat2: "opening",
  scandir: "reading",
  read: "reading",
  write: "writing",
  fsync: "writing",
  stat: "looking at",
  lstat: "looking at",
  mkdir: "making",
  mkdirat: "making",
  rename: "renaming",
  renameat2: "renaming",
  unlink: "removing",
  unlinkat: "removing",
  rmdir: "removing",
  rm: "removing",
  copyfile: "copying",
  symlink: "linking",
  link: "linking",
  readlink: "reading the link",
};

/** A path that means nothing outside of tspod. */
const OUR_DESCRIPTOR = /^\/proc\/self\/fd\//;

/** @param said before it in the chain: a path that stands there is not repeated */
function systemMessage(error: SystemError, said: string): string {
  const { syscall } = error;
  const reason = systemErrorReason(error);
  const paths = [error.path, error.dest].filter((path) => path !== undefined && !OUR_DESCRIPTOR.test(path));
  if (said !== "" && paths.every((path) => path === undefined || said.includes(path))) return reason;
  const operands = paths.map((path) => `"${path}"`);
  return `${[DOING[syscall] ?? syscall, operands.join(" to ")].filter(Boolean).join(" ")}: ${reason}`;
}

/** Line feeds and tabs stay: a message may have several lines. */
export function withoutControls(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) => (/[\n\t]/.test(character) ? character : escaped(character)));
}

/** `\x1b`, as a C programmer writes a control character. */
function escaped(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
}
