import type { Platform } from "../../oci/platform.ts";
import type { Dockerfile } from "../parse/dockerfile.ts";
import { atLines } from "../parse/dockerfile-error.ts";
import type { ArgInstruction, Located } from "../parse/instruction.ts";
import { substitute } from "../parse/substitute.ts";

/** Build arguments by their names. */
export type Values = ReadonlyMap<string, string>;

/** These need no ARG, reach RUN only, and are no part of history or cache keys. */
export const PROXY_ARGS: ReadonlySet<string> = new Set(
  ["http_proxy", "https_proxy", "ftp_proxy", "no_proxy", "all_proxy"].flatMap((name) => [
    name,
    name.toUpperCase(),
  ]),
);

/** Arguments that a builder reads itself, so that no warning says that they were not used. */
const BUILDER_ARGS = new Set(["SOURCE_DATE_EPOCH"]);

/** Whether a build argument is used without being declared. */
export function needsNoArg(name: string): boolean {
  return (
    PROXY_ARGS.has(name) ||
    BUILDER_ARGS.has(name) ||
    /^(?:BUILDKIT_|TARGET|BUILD(?:PLATFORM|OS|ARCH|VARIANT))/.test(name)
  );
}

/** Names of what was given and no ARG of the file asks for. */
export function unusedArgs({ globalArgs, stages }: Dockerfile, given: Values): string[] {
  const declared = new Set(
    [...globalArgs, ...stages.flatMap(({ instructions }) => instructions)].flatMap((each) =>
      each.kind === "arg" ? each.args.map(({ name }) => name) : [],
    ),
  );
  return [...given.keys()].filter((name) => !declared.has(name) && !needsNoArg(name)).sort();
}

/** ARGs that have no value from anywhere, by name, in the order of the file. */
export function missingArgs({ globalArgs, stages }: Dockerfile, given: Values): string[] {
  const declared = [...globalArgs, ...stages.flatMap(({ instructions }) => instructions)].flatMap((each) =>
    each.kind === "arg" ? each.args : [],
  );
  const valued = new Set(declared.filter(({ value }) => value !== undefined).map(({ name }) => name));
  const missing = declared.filter(({ name }) => !valued.has(name) && !given.has(name) && !needsNoArg(name));
  return [...new Set(missing.map(({ name }) => name))];
}

export interface PlatformFacts {
  readonly build: Platform;
  readonly target: Platform;
  /** Name of the stage that is asked for; absent: the last. */
  readonly stage?: string | undefined;
}

/**
 * What a Dockerfile knows of platforms without any --build-arg.
 * @see https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope
 */
export function automaticArgs({ build, target, stage }: PlatformFacts): Map<string, string> {
  return new Map([
    ...platformArgs("BUILD", build),
    ...platformArgs("TARGET", target),
    ["TARGETOSVERSION", target["os.version"] ?? ""],
    ["TARGETSTAGE", stage ?? "default"],
  ]);
}

function platformArgs(prefix: string, { os, architecture, variant = "" }: Platform): [string, string][] {
  return [
    [`${prefix}PLATFORM`, [os, architecture, variant].filter(Boolean).join("/")],
    [`${prefix}OS`, os],
    [`${prefix}ARCH`, architecture],
    [`${prefix}VARIANT`, variant],
  ];
}

/**
 * Values of the ARGs before the first FROM: what FROM lines see, and what a stage's `ARG x` without a value
 * takes.
 * @param given `--build-arg`s
 */
export function globalValues(
  globals: readonly Located<ArgInstruction>[],
  { automatic, given, escapeChar }: { automatic: Values; given: Values; escapeChar: string },
): Map<string, string> {
  const values = new Map(automatic);
  for (const name of automatic.keys()) {
    const asked = given.get(name);
    if (asked !== undefined && globals.some(({ args }) => args.some((arg) => arg.name === name))) {
      values.set(name, asked);
    }
  }
  for (const { args, lines } of globals) {
    for (const { name, value } of args) {
      const lookup = (other: string) => values.get(other);
      const found =
        given.get(name) ??
        (value === undefined ? undefined : atLines(lines, () => substitute(value, { lookup, escapeChar })));
      if (found !== undefined) values.set(name, found);
    }
  }
  return values;
}
