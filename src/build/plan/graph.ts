import { TspodError } from "../../errors.ts";
import type { Platform } from "../../oci/platform.ts";
import { parseCsvLine } from "../parse/csv.ts";
import type { Dockerfile, Stage } from "../parse/dockerfile.ts";
import { atLines } from "../parse/dockerfile-error.ts";
import { substitute } from "../parse/substitute.ts";
import { automaticArgs, globalValues, type Values } from "./build-args.ts";
import { baseReference, type Reference, sourceReference, targetStage } from "./references.ts";

/** One stage that is going to be built. */
export interface PlannedStage {
  readonly stage: Stage;
  readonly base: Reference;
  /** Its FROM as the Dockerfile has it, but with the values of variables, as Podman shows it. */
  readonly fromText: string;
  /** `--platform` of its FROM, its variables replaced. */
  readonly platform?: string | undefined;
  /** Indexes of the stages that it needs, its base among them. */
  readonly needs: readonly number[];
}

/** What a build has to do, as far as the Dockerfile alone says it. */
export interface BuildGraph {
  readonly dockerfile: Dockerfile;
  readonly target: Stage;
  /** Those that the target needs, and itself, in the order of the file. */
  readonly stages: readonly PlannedStage[];
  /**
   * Any stage of the file, for what only a trigger of a base image asks for.
   * @throws {DockerfileError} If a name in it can't be resolved: of stages that nothing needs none is.
   */
  readonly planned: (index: number) => PlannedStage;
  readonly globals: Values;
  readonly names: { readonly stages: readonly Stage[]; readonly contexts: ReadonlySet<string> };
}

export interface GraphRequest {
  readonly target?: string | undefined;
  /** `--build-arg`s. */
  readonly given: Values;
  readonly contexts: ReadonlySet<string>;
  readonly buildPlatform: Platform;
  readonly targetPlatform: Platform;
  /** Whether stages that nothing needs are built, too. */
  readonly all?: boolean;
  /** `--from`: stands for the image of the first FROM, unless that is a stage. */
  readonly firstImage?: string | undefined;
}

/**
 * The stages that are needed, and those that need them.
 * @throws {DockerfileError} If a name can't be resolved.
 */
export function planGraph(dockerfile: Dockerfile, request: GraphRequest): BuildGraph {
  const target = targetStage(dockerfile, request.target);
  const { escapeChar } = dockerfile.directives;
  const globals = globalValues(dockerfile.globalArgs, {
    automatic: automaticArgs({
      build: request.buildPlatform,
      target: request.targetPlatform,
      stage: request.target === undefined ? undefined : target.from.name,
    }),
    given: request.given,
    escapeChar,
  });
  const names = { stages: dockerfile.stages, contexts: request.contexts };
  const known = new Map<number, PlannedStage>();
  const planned = (index: number): PlannedStage => {
    const stage = dockerfile.stages[index];
    if (stage === undefined) throw new TspodError(`there is no stage ${index}`);
    const context = { globals, names, escapeChar, request };
    const found = known.get(index) ?? atLines(stage.from.lines, () => planStage(stage, context));
    known.set(index, found);
    return found;
  };
  const needed = request.all ? new Set(dockerfile.stages.keys()) : reachable(planned, target.index);
  return {
    dockerfile,
    target,
    stages: [...needed].sort((a, b) => a - b).map(planned),
    planned,
    globals,
    names,
  };
}

interface StageContext {
  readonly globals: Values;
  readonly names: BuildGraph["names"];
  readonly escapeChar: string;
  readonly request: GraphRequest;
}

function planStage(stage: Stage, { globals, names, escapeChar, request }: StageContext): PlannedStage {
  const options = { lookup: (name: string) => globals.get(name), escapeChar };
  const image = substitute(stage.from.image, options);
  if (image === "") throw new TspodError(`base name (${stage.from.image}) should not be blank`);
  const own = baseReference(image, names, stage.index);
  const isReplaced = stage.index === 0 && own.kind !== "stage" && request.firstImage !== undefined;
  const base = isReplaced ? baseReference(request.firstImage ?? "", names, 0) : own;
  const platform = stage.from.platform && substitute(stage.from.platform, options);
  const fromText = isReplaced
    ? replacedFrom(stage, request.firstImage ?? "", platform)
    : stage.from.text
        .replace(stage.from.image, () => image)
        .replace(stage.from.platform ?? "", () => platform ?? "");
  return { stage, base, fromText, platform: platform || undefined, needs: needsOf(stage, { base, names }) };
}

/** A FROM whose image `--from` has replaced, as Podman shows it. */
function replacedFrom({ from }: Stage, image: string, platform: string | undefined): string {
  const words = ["FROM", platform && `--platform=${platform}`, image, from.name && `AS ${from.name}`];
  return words.filter(Boolean).join(" ");
}

/** As far as the file says it: a name with a variable is resolved when its stage runs. */
function needsOf(
  stage: Stage,
  { base, names }: { base: Reference; names: BuildGraph["names"] },
): readonly number[] {
  const sources = stage.instructions.flatMap((instruction) => {
    const texts =
      instruction.kind === "copy"
        ? [instruction.from]
        : instruction.kind === "run"
          ? atLines(instruction.lines, () => instruction.mounts.map(mountSource))
          : [];
    return atLines(instruction.lines, () =>
      texts
        .filter((text) => text !== undefined && !text.includes("$"))
        .map((text) => sourceReference(text ?? "", names, stage.index)),
    );
  });
  const after = stage.from.after.map((name) => sourceReference(name, names, stage.index));
  const all = [base, ...sources, ...after].flatMap((each) => (each.kind === "stage" ? [each.index] : []));
  return [...new Set(all)].sort((a, b) => a - b);
}

/** Read here by itself: the other values may still have variables in them. */
function mountSource(text: string): string | undefined {
  const field = parseCsvLine(text).find((each) => /^from=/i.test(each));
  return field?.slice("from=".length);
}

function reachable(planned: BuildGraph["planned"], from: number): Set<number> {
  const found = new Set<number>();
  const visit = (index: number): void => {
    if (found.has(index)) return;
    found.add(index);
    for (const next of planned(index).needs) visit(next);
  };
  visit(from);
  return found;
}
