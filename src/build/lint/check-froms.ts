import type { Dockerfile, Stage } from "../parse/dockerfile.ts";
import { substitute } from "../parse/substitute.ts";
import type { Values } from "../plan/build-args.ts";
import type { Finding } from "./finding.ts";
import { meantVariable } from "./meant-variable.ts";

const RESERVED = new Set(["scratch", "context"]);

/** FROM lines: names of stages, platforms, and variables of images. */
export function checkFroms(dockerfile: Dockerfile, globals: Values): Finding[] {
  return dockerfile.stages.flatMap((stage, index) => [
    ...checkName(stage, dockerfile.stages.slice(0, index)),
    ...checkPlatform(stage),
    ...checkImage(stage, { dockerfile, globals }),
  ]);
}

function checkName({ from }: Stage, before: readonly Stage[]): Finding[] {
  const { text, name, lines } = from;
  const [, keyword = "", , as = "", written = ""] = /^(\S+)\s+(.*?)\s+(as)\s+(\S+)$/i.exec(text) ?? [];
  if (name === undefined) return [];
  const finding = (check: string, message: string): Finding => ({ check, message, lines });
  return [
    ...(written === written.toLowerCase()
      ? []
      : [finding("StageNameCasing", `Stage name '${written}' should be lowercase`)]),
    ...(isUpper(keyword) === isUpper(as)
      ? []
      : [finding("FromAsCasing", `'${as}' and '${keyword}' keywords' casing do not match`)]),
    ...(RESERVED.has(name)
      ? [finding("ReservedStageName", `Stage name should not use the same name as reserved stage "${name}"`)]
      : []),
    ...(before.some((stage) => stage.from.name === name)
      ? [finding("DuplicateStageName", `Duplicate stage name "${name}", stage names should be unique`)]
      : []),
  ];
}

function isUpper(text: string): boolean {
  return text === text.toUpperCase();
}

function checkPlatform({ from: { platform, lines } }: Stage): Finding[] {
  if (platform === undefined) return [];
  if (/^\$\{?TARGETPLATFORM\}?$/.test(platform)) {
    return [
      {
        check: "RedundantTargetPlatform",
        message:
          "Setting platform to predefined $TARGETPLATFORM in FROM is redundant as this is the default behavior",
        lines,
      },
    ];
  }
  if (platform.includes("$")) return [];
  return [
    {
      check: "FromPlatformFlagConstDisallowed",
      message: `FROM --platform flag should not use constant value "${platform}"`,
      lines,
    },
  ];
}

function checkImage(
  { from: { image, platform = "", lines } }: Stage,
  { dockerfile, globals }: { dockerfile: Dockerfile; globals: Values },
): Finding[] {
  const unset: string[] = [];
  const options = {
    lookup: (name: string) => globals.get(name),
    escapeChar: dockerfile.directives.escapeChar,
    onUnset: (name: string) => unset.push(name),
  };
  for (const text of [image, platform]) trySubstitute(text, options);
  return unset.map((name) => {
    const isDeclared = dockerfile.globalArgs.some(({ args }) => args.some((arg) => arg.name === name));
    if (isDeclared) {
      return {
        check: "InvalidDefaultArgInFrom",
        message: `Default value for ARG ${image} results in empty or invalid base image name`,
        lines,
      };
    }
    const hint = meantVariable(name, [...globals.keys()]);
    return { check: "UndefinedArgInFrom", message: `FROM argument '${name}' is not declared${hint}`, lines };
  });
}

function trySubstitute(text: string, options: Parameters<typeof substitute>[1]): void {
  try {
    substitute(text, options);
  } catch {
    // The build itself says what is wrong with it.
  }
}
