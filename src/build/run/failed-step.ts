import { TspodError } from "../../errors.ts";

/** A RUN whose command failed: the build ends with its exit code. */
export class FailedStepError extends TspodError {
  override name = "FailedStepError";
  override readonly exitCode: number;
  /** @param command as it was run */
  constructor(command: string, exitCode: number) {
    super(`building at STEP "RUN ${command}": while running runtime: exit status ${exitCode}`);
    this.exitCode = exitCode;
  }
}
