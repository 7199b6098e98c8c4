import { TspodError } from "../../errors.ts";
import { nearest } from "../../options/edit-distance.ts";
import type { Dockerfile, Stage } from "../parse/dockerfile.ts";

/** What a FROM, a `--from=` or a mount's `from=` names. */
export type Reference =
  | { readonly kind: "scratch" }
  | { readonly kind: "stage"; readonly index: number }
  /** One of `--build-context`. */
  | { readonly kind: "context"; readonly name: string }
  | { readonly kind: "image"; readonly name: string };

/** What names may stand for. */
export interface Names {
  readonly stages: readonly Stage[];
  /** Names given by `--build-context`, in lower case. */
  readonly contexts: ReadonlySet<string>;
}

/**
 * What the image of a FROM is: a named context, an earlier stage, or an image.
 * @param text its variables replaced
 * @throws {TspodError} If it is empty.
 */
export function baseReference(text: string, { stages, contexts }: Names, before: number): Reference {
  if (text === "") throw new TspodError("base name should not be blank");
  if (contexts.has(text.toLowerCase())) return { kind: "context", name: text.toLowerCase() };
  if (text === "scratch") return { kind: "scratch" };
  const index = stageBefore(stages, text, before);
  return index === undefined ? { kind: "image", name: text } : { kind: "stage", index };
}

/**
 * What a COPY or a mount takes its files from: a stage by name or index, a named context, an image.
 * @param from index of the stage that it stands in
 * @throws {TspodError} If it is that stage itself, or a later one.
 */
export function sourceReference(text: string, { stages, contexts }: Names, from: number): Reference {
  if (text === "") throw new TspodError("from points to an empty value: name a stage, a context or an image");
  if (contexts.has(text.toLowerCase())) return { kind: "context", name: text.toLowerCase() };
  const index = stageBefore(stages, text, from) ?? numbered(text, stages, from);
  const name = index === undefined ? undefined : stages[index]?.from.name;
  // As BuildKit: a context stands for the stage of its name, whichever way that is referred to.
  if (name !== undefined && contexts.has(name)) return { kind: "context", name };
  if (index !== undefined) return { kind: "stage", index };
  const later = stages.find((stage) => stage.from.name === text.toLowerCase());
  if (later !== undefined) throw laterStage(text, later, stages[from]);
  return text === "scratch" ? { kind: "scratch" } : { kind: "image", name: text };
}

function numbered(text: string, stages: readonly Stage[], from: number): number | undefined {
  if (!/^\d+$/.test(text)) return undefined;
  const index = Number(text);
  if (index < from) return index;
  const stage = stages[index];
  if (stage === undefined) throw new TspodError(`invalid stage index ${text}: there are ${stages.length}`);
  throw laterStage(text, stage, stages[from]);
}

/** Of several stages of one name the last one before index `before` counts. */
function stageBefore(stages: readonly Stage[], name: string, before: number): number | undefined {
  return stages.slice(0, before).findLast((stage) => stage.from.name === name.toLowerCase())?.index;
}

function laterStage(text: string, later: Stage, current: Stage | undefined): TspodError {
  if (later === current)
    return new TspodError(`circular dependency: stage "${text}" takes files from itself`);
  const name = current?.from.name ?? String(current?.index);
  return new TspodError(
    `cannot copy from stage "${text}", it needs to be defined before current stage "${name}"`,
  );
}

/**
 * The stage that is asked for: by name, in any case, or by index; the last one where nothing is asked for.
 * @throws {TspodError} If there is none.
 */
export function targetStage({ stages }: Pick<Dockerfile, "stages">, target: string | undefined): Stage {
  const last = stages.at(-1);
  if (last === undefined) throw new TspodError("dockerfile contains no stages to build");
  if (target === undefined || target === "") return last;
  const named = stages.findLast(({ from }) => from.name === target.toLowerCase());
  const indexed = /^\d+$/.test(target) ? stages[Number(target)] : undefined;
  const found = named ?? indexed;
  if (found !== undefined) return found;
  const [meant] = nearest(
    target,
    stages.flatMap(({ from }) => from.name ?? []),
  );
  const hint = meant === undefined ? "" : ` (did you mean "${meant}"?)`;
  throw new TspodError(`the target "${target}" was not found in the provided Dockerfile${hint}`);
}
