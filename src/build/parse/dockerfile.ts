import type { Directives } from "./directives.ts";
import { DockerfileError } from "./dockerfile-error.ts";
import type { ArgInstruction, FromInstruction, Instruction, Located } from "./instruction.ts";
import { parseInstruction } from "./parse-instruction.ts";
import { parseStatements, type Statement } from "./statements.ts";

/** A FROM and what stands below it. */
export interface Stage {
  /** Counted from 0, over all FROMs. */
  readonly index: number;
  readonly from: Located<FromInstruction>;
  readonly instructions: readonly Located<Exclude<Instruction, FromInstruction>>[];
}

/** A Dockerfile as it stands, without any value of a variable. */
export interface Dockerfile {
  readonly directives: Directives;
  /** ARGs before the first FROM, in their order. */
  readonly globalArgs: readonly Located<ArgInstruction>[];
  readonly stages: readonly Stage[];
  /** What the checks look at. */
  readonly statements: readonly Statement[];
}

/**
 * Understand a Dockerfile.
 * @throws {DockerfileError} With the line of the first thing that is wrong.
 * @see https://docs.docker.com/reference/dockerfile/
 */
export function parseDockerfile(text: string): Dockerfile {
  const { directives, statements } = parseStatements(text);
  const globalArgs: Located<ArgInstruction>[] = [];
  const stages: (Stage & { readonly instructions: Located<Exclude<Instruction, FromInstruction>>[] })[] = [];
  for (const statement of statements) {
    const instruction = parseInstruction(statement, directives.escapeChar);
    const stage = stages.at(-1);
    if (instruction.kind === "from") {
      stages.push({ index: stages.length, from: instruction, instructions: [] });
    } else if (stage !== undefined) {
      stage.instructions.push(instruction);
    } else if (instruction.kind === "arg") {
      globalArgs.push(instruction);
    } else {
      throw new DockerfileError("no build stage in current context", statement.lines);
    }
  }
  if (stages.length === 0) throw new DockerfileError("dockerfile contains no stages to build");
  return { directives, globalArgs, stages, statements };
}
