import type { LineRange } from "../parse/dockerfile-error.ts";
import type { CopyInstruction } from "../parse/instruction.ts";
import type { RunMount } from "../parse/run-mount.ts";
import type { StageState } from "./stage-state.ts";

/** A file that a heredoc makes. */
export interface InlineFile {
  readonly name: string;
  readonly content: string;
}

export interface RunStep {
  readonly kind: "run";
  /** As an error names it: the instruction as written, and the words of one in JSON form. */
  readonly message: string;
  readonly argv: readonly string[];
  /** `NAME=VALUE`: what ENV and ARG have set so far, in that order, without proxies. */
  readonly env: readonly string[];
  readonly user: string;
  readonly workdir: string;
  readonly mounts: readonly RunMount[];
  readonly network: "default" | "none" | "host";
  readonly security: "sandbox" | "insecure";
  /** A heredoc that is a program of its own; it is seen as /dev/pipes/NAME. */
  readonly script?: InlineFile;
}

export interface CopyStep
  extends Pick<
    CopyInstruction,
    | "kind"
    | "from"
    | "chown"
    | "chmod"
    | "link"
    | "parents"
    | "excludes"
    | "checksum"
    | "keepGitDirectory"
    | "unpack"
  > {
  /** Expanded; heredocs are in `files`. */
  readonly sources: readonly string[];
  readonly files: readonly InlineFile[];
  /** Absolute; a slash at its end says that it is a directory. */
  readonly destination: string;
}

/** The working directory, which is made where it is missing. */
export interface WorkdirStep {
  readonly kind: "workdir";
  readonly path: string;
  readonly user: string;
}

/** An instruction that changes the image's settings only. */
export interface ConfigStep {
  readonly kind: "config";
}

/** One instruction of a stage, with all its variables replaced. */
export interface Step {
  /** As STEP lines print it. */
  readonly text: string;
  readonly lines: LineRange;
  /** What the history says of it. */
  readonly createdBy: string;
  readonly action: RunStep | CopyStep | WorkdirStep | ConfigStep;
  /** The stage's settings once it is done. */
  readonly after: StageState;
}
