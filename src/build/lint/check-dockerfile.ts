import { TspodError } from "../../errors.ts";
import { isPattern } from "../../options/filter/path-pattern.ts";
import { pathBeneath } from "../parse/clean-path.ts";
import type { Dockerfile } from "../parse/dockerfile.ts";
import { type IgnoreRule, judgeFromRoot } from "../parse/ignore-rules.ts";
import type { Values } from "../plan/build-args.ts";
import { checkFroms } from "./check-froms.ts";
import { checkInstructions } from "./check-instructions.ts";
import { checkStatements } from "./check-statements.ts";
import { checkVariables } from "./check-variables.ts";
import type { Finding } from "./finding.ts";

export interface CheckContext {
  /** The rules of the context's ignore file. */
  readonly ignore: readonly IgnoreRule[];
  /** Values of ARGs before the first FROM, and the automatic ones. */
  readonly globals: Values;
}

/** What a `# check=` says, or the build argument that stands for it. */
export interface CheckOptions {
  readonly skip: ReadonlySet<string> | "all";
  /** Whether a finding makes the build fail. */
  readonly isError: boolean;
}

/**
 * `skip=A,B;error=true`.
 * @throws {TspodError} For other keys.
 */
export function parseCheckOptions(text: string): CheckOptions {
  let skip: CheckOptions["skip"] = new Set();
  let isError = false;
  for (const part of text
    .split(";")
    .map((each) => each.trim())
    .filter(Boolean)) {
    const [key = "", value = ""] = part.split("=").map((each) => each.trim());
    if (key === "skip") skip = value === "all" ? "all" : new Set(value.split(",").map((name) => name.trim()));
    else if (key === "error") isError = value === "true";
    else if (key !== "experimental")
      throw new TspodError(`check directive: unknown option "${key}": use skip or error`);
  }
  return { skip, isError };
}

/** All that the checks find, in the order of the file. */
export function checkDockerfile(
  dockerfile: Dockerfile,
  context: CheckContext,
  { skip }: Pick<CheckOptions, "skip">,
): Finding[] {
  const found = [
    ...checkStatements(dockerfile.statements),
    ...checkFroms(dockerfile, context.globals),
    ...dockerfile.stages.flatMap(checkInstructions),
    ...checkVariables(dockerfile, context.globals),
    ...checkIgnored(dockerfile, context.ignore),
  ];
  return found
    .filter(({ check }) => skip !== "all" && !skip.has(check))
    .sort((a, b) => a.lines.first - b.lines.first);
}

/** Sources of COPY and ADD that the ignore file hides: they are reported as missing when it is built. */
function checkIgnored({ stages }: Dockerfile, ignore: readonly IgnoreRule[]): Finding[] {
  return stages
    .flatMap(({ instructions }) => instructions)
    .flatMap((instruction) => {
      const isCopy =
        (instruction.kind === "copy" || instruction.kind === "add") && instruction.from === undefined;
      if (!isCopy) return [];
      return instruction.sources
        .filter((source) => !/[$<]|:\/\//.test(source) && !isPattern(source) && pathBeneath(source) !== "")
        .filter((source) => judgeFromRoot(ignore, pathBeneath(source)).isIgnored)
        .map((source) => ({
          check: "CopyIgnoredFile",
          message: `Attempting to ${instruction.kind === "copy" ? "Copy" : "Add"} file "${source}" that is excluded by .dockerignore`,
          lines: instruction.lines,
        }));
    });
}
