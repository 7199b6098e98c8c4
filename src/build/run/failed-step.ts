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
  /** @param step as it is written, from RUN on */
  constructor(step: string, exitCode: number, options: ErrorOptions = {}) {
    super(`building at STEP "${step}": while running runtime: exit status ${exitCode}`, options);
    this.exitCode = exitCode;
  }
}

/** Of a runtime that could not run a step's command, whatever its own exit code is: as Podman's builder. */
const RUNTIME_FAILED = 1;

/**
 * @param error why a step's command was not run
 * @param step as it is written
 * @returns the same, where the runtime has not refused it
 */
export function notRun(error: unknown, step: string): unknown {
  const isOfRuntime =
    error instanceof RuntimeFailedError ||
    error instanceof CommandNotFoundError ||
    error instanceof CommandNotExecutableError;
  return isOfRuntime ? new FailedStepError(step, RUNTIME_FAILED, { cause: error }) : error;
}
