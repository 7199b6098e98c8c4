import {
  CommandNotExecutableError,
  CommandNotFoundError,
  RuntimeFailedError,
  TspodError,
} from "../../errors.ts";

/** A RUN whose command failed: the build ends with its exit code. */
export class FailedStepError extends TspodError {
  override name = "FailedStepError";
  override readonly exitCode: number;
  /** @param command as it was run */
  constructor(command: string, exitCode: number, options: ErrorOptions = {}) {
    super(`building at STEP "RUN ${command}": while running runtime: exit status ${exitCode}`, options);
    this.exitCode = exitCode;
  }
}

/** Of a runtime that could not run a step's command, whatever its own exit code is: as Podman's builder. */
const RUNTIME_FAILED = 1;

/** @param error why a step's command was not run @returns the same, where the runtime has not refused it */
export function notRun(error: unknown, command: string): unknown {
  const isOfRuntime =
    error instanceof RuntimeFailedError ||
    error instanceof CommandNotFoundError ||
    error instanceof CommandNotExecutableError;
  return isOfRuntime ? new FailedStepError(command, RUNTIME_FAILED, { cause: error }) : error;
}
