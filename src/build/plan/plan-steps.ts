import type { ImageProcessConfig } from "../../oci/image-config.ts";
import { cleanPath } from "../parse/clean-path.ts";
import { atLines } from "../parse/dockerfile-error.ts";
import type { Instruction, Located } from "../parse/instruction.ts";
import { substitute, substituteWords } from "../parse/substitute.ts";
import type { Values } from "./build-args.ts";
import { changeConfig } from "./change-config.ts";
import type { Expander } from "./expander.ts";
import { planCopy } from "./plan-copy.ts";
import { planRun } from "./plan-run.ts";
import { type StageState, workdirOf } from "./stage-state.ts";
import type { Step } from "./step.ts";

/** An instruction of a stage: all but FROM. */
export type StageInstruction = Located<Exclude<Instruction, { kind: "from" }>>;

export interface PlanContext {
  /** `--build-arg`s. */
  readonly given: Values;
  /** Values of ARGs before the first FROM, and the automatic ones. */
  readonly globals: Values;
  readonly escapeChar: string;
  /** Told of variables that are read without being set. */
  readonly onUnset?: (name: string, instruction: StageInstruction) => void;
}

/**
 * What a stage's instructions come to on top of a state: pure, so that it is known before anything runs.
 * @throws {DockerfileError} If a variable can't be replaced, or a value makes no sense.
 */
export function planSteps(
  start: StageState,
  instructions: readonly StageInstruction[],
  context: PlanContext,
): Step[] {
  const steps: Step[] = [];
  let state = start;
  for (const instruction of instructions) {
    const step = atLines(instruction.lines, () => planStep(state, instruction, context));
    steps.push(step);
    state = step.after;
  }
  return steps;
}

function planStep(state: StageState, instruction: StageInstruction, context: PlanContext): Step {
  const expand = expander(state, instruction, context);
  const place = { text: instruction.text, lines: instruction.lines };
  switch (instruction.kind) {
    case "run":
      return { ...place, ...planRun(state, instruction, expand), after: state };
    case "copy":
    case "add":
      return { ...place, ...planCopy(state, instruction, expand), after: state };
    case "workdir":
      return { ...place, ...planWorkdir(state, expand.text(instruction.value)) };
    case "arg":
      return {
        ...place,
        createdBy: noOperation(instruction.text),
        action: { kind: "config" },
        // Unlike the values of an ENV, each sees those before it in its own line.
        after: instruction.args.reduce(
          (after, arg) => declareArg(after, arg, { expand: expander(after, instruction, context), context }),
          state,
        ),
      };
    default: {
      const { state: after, createdBy } = changeConfig(state, instruction, expand);
      return { ...place, createdBy: noOperation(createdBy), action: { kind: "config" }, after };
    }
  }
}

/** How Podman's history has an instruction that runs nothing. */
function noOperation(text: string): string {
  return `/bin/sh -c #(nop) ${text}`;
}

function expander(state: StageState, instruction: StageInstruction, context: PlanContext): Expander {
  const { escapeChar, onUnset } = context;
  const options = {
    lookup: (name: string) => state.env.get(name),
    escapeChar,
    onUnset: (name: string) => onUnset?.(name, instruction),
  };
  return {
    text: (word) => substitute(word, options),
    words: (word) => substituteWords(word, options),
    body: (content) => substitute(content, { ...options, keepQuotes: true }),
  };
}

function planWorkdir(state: StageState, value: string): Pick<Step, "createdBy" | "action" | "after"> {
  const path = cleanPath(value.startsWith("/") ? value : `${workdirOf(state)}/${value}`);
  const config: ImageProcessConfig = { ...state.config, WorkingDir: path };
  return {
    createdBy: noOperation(`WORKDIR ${path}`),
    action: { kind: "workdir", path, user: state.config.User ?? "" },
    after: { ...state, config },
  };
}

/** What was given wins over the instruction's own value, and that over the one from before the first FROM. */
function declareArg(
  state: StageState,
  { name, value }: { readonly name: string; readonly value?: string },
  { expand, context }: { expand: Expander; context: PlanContext },
): StageState {
  const found =
    context.given.get(name) ?? (value === undefined ? context.globals.get(name) : expand.text(value));
  if (found === undefined) return state;
  return { ...state, env: new Map(state.env).set(name, found), args: new Map(state.args).set(name, found) };
}
