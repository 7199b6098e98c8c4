import { TspodError } from "../../errors.ts";

/** Lines of a Dockerfile, counted from 1, both included. */
export interface LineRange {
  readonly first: number;
  readonly last: number;
}

/** A Dockerfile that can't be understood, and where. */
export class DockerfileError extends TspodError {
  override name = "DockerfileError";
  /** Absent where it is the file as a whole. */
  readonly lines: LineRange | undefined;
  constructor(message: string, lines?: LineRange) {
    super(lines === undefined ? message : `dockerfile parse error on line ${lines.first}: ${message}`);
    this.lines = lines;
  }
}

/**
 * Run an action; what it says of the user's text gets the lines that it is about.
 * @throws {DockerfileError} For every TspodError that has no lines yet.
 */
export function atLines<T>(lines: LineRange, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof TspodError) || (error instanceof DockerfileError && error.lines)) throw error;
    throw new DockerfileError(error.message, lines);
  }
}
