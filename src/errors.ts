/**
 * A failure the user can cause or act on: printed as one line. Any other error that reaches main() is a
 * defect of ours and keeps its stack.
 */
export class TspodError extends Error {
  override name = "TspodError";
  /** "125: the error is with Podman itself" (podman-run(1), Exit Status). */
  readonly exitCode: number = 125;
}

/** The command to run in a container was found, but can't be executed. */
export class CommandNotExecutableError extends TspodError {
  override readonly exitCode = 126;
}

/** The command to run in a container does not exist. */
export class CommandNotFoundError extends TspodError {
  override readonly exitCode = 127;
}

/** Nothing goes by the name, ID or reference that was asked for. */
export class NotFoundError extends TspodError {
  override name = "NotFoundError";
}

/** The thing is there and in use: running, referenced, locked. */
export class InUseError extends TspodError {
  override name = "InUseError";
}

/** A command line that does not fit its command's declaration; `hint` is a second line for the user. */
export class UsageError extends TspodError {
  override name = "UsageError";
  readonly hint: string | undefined;
  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/** A signal came. There is nothing to say to who has sent it. */
export class InterruptedError extends TspodError {
  override name = "InterruptedError";
  override readonly exitCode: number;
  /** @param signal its number */
  constructor(signal: number) {
    super("");
    this.exitCode = 128 + signal;
  }
}

/** `outer: inner: innermost`, one line for the whole chain of causes. */
export function messageChain(error: unknown): string {
  const messages: string[] = [];
  for (let e: unknown = error; e instanceof Error; e = e.cause) messages.push(e.message);
  return messages.join(": ");
}
