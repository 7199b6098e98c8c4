import { TspodError } from "../../errors.ts";
import { type HookName, isHookName, type SpecHook } from "../../oci/runtime-spec.ts";
import { checkShape, flag, integer, list, map, members, text } from "../../oci/shape.ts";

/** A moment of a container's life; all but the first are the runtime's. */
export type HookStage = "precreate" | HookName;

/** What a hook's file says, in the words of schema 1.0.0. */
export interface Hook {
  readonly hook: SpecHook;
  readonly when: HookConditions;
  readonly stages: readonly HookStage[];
}

/** For which containers a hook runs: those that fit all conditions which are there, and one at least. */
export interface HookConditions {
  readonly always?: boolean;
  /** Patterns of names, with patterns of values. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Patterns of the program's name: one of them has to fit. */
  readonly commands?: readonly string[];
  readonly hasBindMounts?: boolean;
  /** Schema 0.1.0: to fit one condition is enough. */
  readonly any?: true;
}

const texts = list(text);
const versionShape = members({}, { version: text });
const shape = members(
  {},
  {
    hook: members({}, { path: text, args: texts, env: texts, timeout: integer }),
    when: members({}, { always: flag, annotations: map(text), commands: texts, hasBindMounts: flag }),
    stages: texts,
  },
);
const oldShape = members(
  {},
  {
    hook: text,
    arguments: texts,
    stages: texts,
    stage: texts,
    cmds: texts,
    cmd: texts,
    annotations: texts,
    annotation: texts,
    hasbindmounts: flag,
  },
);

/**
 * A hook, from the text of its file: schema 1.0.0, or 0.1.0, which has no version.
 * @throws {TspodError} If it is neither, or lacks what a hook needs.
 * @see oci-hooks(5)
 */
export function parseHook(content: string): Hook {
  const value = parsedJson(content);
  const version = checkShape(versionShape, value, "hook").version ?? "";
  if (version === "1.0.0") return checked(current(value));
  if (version === "" || version === "0.1.0") return checked(old(value));
  throw new TspodError(`unrecognized hook version: "${version}"`);
}

function parsedJson(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new TspodError(`it is not JSON: ${error.message}`);
  }
}

/** A hook whose stages and program are still to be looked at. */
interface FoundHook {
  readonly hook: Partial<SpecHook>;
  readonly when: HookConditions;
  readonly stages: readonly string[] | undefined;
}

function current(value: unknown): FoundHook {
  const { hook = {}, when = {}, stages } = checkShape(shape, value, "hook");
  return { hook, when, stages };
}

/** @see https://github.com/containers/common/blob/main/pkg/hooks/docs/oci-hooks.5.md#010-hook-schema */
function old(value: unknown): FoundHook {
  const found = checkShape(oldShape, value, "hook");
  if (found.hook === undefined) throw new TspodError("missing required property: hook");
  const either = (name: "stage" | "cmd" | "annotation"): readonly string[] | undefined => {
    const [one, many] = [found[name], found[`${name}s`]];
    if (one !== undefined && many !== undefined)
      throw new TspodError(`cannot set both '${name}' and '${name}s'`);
    return one ?? many;
  };
  const [commands, values] = [either("cmd"), either("annotation")];
  return {
    hook: { path: found.hook, args: [found.hook, ...(found.arguments ?? [])] },
    when: {
      any: true,
      ...(commands !== undefined && { commands }),
      ...(values !== undefined && values.length > 0 && { annotations: { ".*": values.join("|") } }),
      ...(found.hasbindmounts !== undefined && { hasBindMounts: found.hasbindmounts }),
    },
    stages: either("stage"),
  };
}

function checked({ hook: { path, ...rest }, when, stages }: FoundHook): Hook {
  if (!path) throw new TspodError("missing required property: hook.path");
  if (!path.startsWith("/")) throw new TspodError(`hook.path "${path}" is not an absolute path`);
  for (const [name, value] of Object.entries(when.annotations ?? {})) {
    checkPattern(name, "annotation key");
    checkPattern(value, "annotation value");
  }
  for (const command of when.commands ?? []) checkPattern(command, "command");
  if (stages === undefined) throw new TspodError("missing required property: stages");
  return { hook: { path, ...rest }, when, stages: stages.map(checkStage) };
}

function checkStage(stage: string): HookStage {
  if (stage === "precreate" || isHookName(stage)) return stage;
  throw new TspodError(`unknown stage "${stage}"`);
}

function checkPattern(pattern: string, what: string): void {
  try {
    new RegExp(pattern);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new TspodError(`invalid ${what} "${pattern}": error parsing regexp: ${error.message}`);
  }
}

/** Of a container, what the conditions ask about. */
export interface HookSubject {
  readonly annotations: Readonly<Record<string, string>>;
  /** argv[0] of its process. */
  readonly command: string;
  /** Whether the user asked for mounts of any kind. */
  readonly hasBindMounts: boolean;
}

/** Whether a hook is for a container. */
export function isFor({ when }: Hook, subject: HookSubject): boolean {
  const answers: boolean[] = [
    ...(when.always === undefined ? [] : [when.always]),
    ...(when.hasBindMounts === undefined ? [] : [when.hasBindMounts && subject.hasBindMounts]),
    ...Object.entries(when.annotations ?? {}).map(([name, value]) =>
      Object.entries(subject.annotations).some(([key, text]) => fits(name, key) && fits(value, text)),
    ),
    ...(when.commands === undefined || when.commands.length === 0
      ? []
      : [when.commands.some((pattern) => fits(pattern, subject.command))]),
  ];
  return when.any ? answers.includes(true) : answers.length > 0 && !answers.includes(false);
}

function fits(pattern: string, text: string): boolean {
  return new RegExp(pattern).test(text);
}
