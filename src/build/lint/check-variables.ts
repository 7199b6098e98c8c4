import type { Dockerfile, Stage } from "../parse/dockerfile.ts";
import type { Values } from "../plan/build-args.ts";
import { planSteps } from "../plan/plan-steps.ts";
import { type StageState, stateOnImage, stateOnStage } from "../plan/stage-state.ts";
import type { Finding } from "./finding.ts";
import { meantVariable } from "./meant-variable.ts";

/**
 * Variables that are read and never set: of a base image nothing is known, so only stages of the file's own
 * count fully.
 */
export function checkVariables(dockerfile: Dockerfile, globals: Values): Finding[] {
  const states: StageState[] = [];
  return dockerfile.stages.flatMap((stage) => {
    const { state, findings } = checkStage(stage, { dockerfile, globals, states });
    states.push(state);
    return findings;
  });
}

function checkStage(
  stage: Stage,
  { dockerfile, globals, states }: { dockerfile: Dockerfile; globals: Values; states: readonly StageState[] },
): { state: StageState; findings: Finding[] } {
  const base = dockerfile.stages
    .slice(0, stage.index)
    .findLastIndex(({ from }) => from.name === stage.from.image.toLowerCase());
  const below = states[base];
  const start = below === undefined ? stateOnImage({}) : stateOnStage(below);
  const findings: Finding[] = [];
  let state = start;
  for (const instruction of stage.instructions) {
    const known = [...state.env.keys()];
    try {
      const [step] = planSteps(state, [instruction], {
        given: new Map(),
        globals,
        escapeChar: dockerfile.directives.escapeChar,
        onUnset: (name) =>
          findings.push({
            check: "UndefinedVar",
            message: `Usage of undefined variable '$${name}'${meantVariable(name, known)}`,
            lines: instruction.lines,
          }),
      });
      state = step?.after ?? state;
    } catch {
      // The build itself says what is wrong with it.
    }
  }
  return { state, findings };
}
