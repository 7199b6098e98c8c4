import type { LineRange } from "./dockerfile-error.ts";
import type { Heredoc } from "./heredoc.ts";
import type { NameValues } from "./words.ts";

/** What RUN, CMD and ENTRYPOINT execute: words as they are, or a text for the shell. */
export type Command =
  | { readonly form: "exec"; readonly argv: readonly string[] }
  | { readonly form: "shell"; readonly text: string };

/** COPY or ADD. Words are unexpanded. */
export interface CopyInstruction {
  readonly kind: "copy" | "add";
  readonly sources: readonly string[];
  readonly destination: string;
  readonly from?: string | undefined;
  readonly chown?: string | undefined;
  readonly chmod?: string | undefined;
  readonly link: boolean;
  readonly parents: boolean;
  readonly excludes: readonly string[];
  readonly checksum?: string | undefined;
  readonly keepGitDirectory: boolean;
  /** Whether an archive is unpacked; absent: one from the context is, one from a URL is not. */
  readonly unpack?: boolean | undefined;
  readonly heredocs: readonly Heredoc[];
}

export interface RunInstruction {
  readonly kind: "run";
  readonly command: Command;
  /** Values of `--mount`, as written. */
  readonly mounts: readonly string[];
  readonly network: "default" | "none" | "host";
  readonly security: "sandbox" | "insecure";
  readonly devices: readonly string[];
  readonly heredocs: readonly Heredoc[];
}

/** Times are in nanoseconds, as the image config has them. */
export interface HealthcheckInstruction {
  readonly kind: "healthcheck";
  /** "none": the base image's check is switched off. */
  readonly command: Command | "none";
  readonly interval?: number | undefined;
  readonly timeout?: number | undefined;
  readonly startPeriod?: number | undefined;
  readonly startInterval?: number | undefined;
  readonly retries?: number | undefined;
}

export interface FromInstruction {
  readonly kind: "from";
  readonly image: string;
  readonly platform?: string | undefined;
  /** The stage's name, in lower case. */
  readonly name?: string | undefined;
  /** Stages that must have been built before, by order only. */
  readonly after: readonly string[];
}

export interface ArgInstruction {
  readonly kind: "arg";
  readonly args: readonly { readonly name: string; readonly value?: string }[];
}

/** Every instruction, its arguments still with their variables. */
export type Instruction =
  | FromInstruction
  | ArgInstruction
  | ({ readonly kind: "env" } & NameValues)
  | ({ readonly kind: "label" } & NameValues)
  | RunInstruction
  | { readonly kind: "cmd"; readonly command: Command }
  | { readonly kind: "entrypoint"; readonly command: Command }
  | CopyInstruction
  | { readonly kind: "workdir"; readonly value: string }
  | { readonly kind: "user"; readonly value: string }
  | { readonly kind: "stopsignal"; readonly value: string }
  | { readonly kind: "maintainer"; readonly value: string }
  | { readonly kind: "expose"; readonly words: readonly string[] }
  | { readonly kind: "volume"; readonly words: readonly string[] }
  | { readonly kind: "shell"; readonly argv: readonly string[] }
  | { readonly kind: "onbuild"; readonly trigger: string }
  | HealthcheckInstruction;

/** An instruction and where it stands. */
export type Located<T extends Instruction = Instruction> = T & {
  /** The whole instruction on one line, as written, without the bodies of heredocs. */
  readonly text: string;
  /** In the Dockerfile; of a trigger of the base image, those of the FROM that runs it. */
  readonly lines: LineRange;
};
