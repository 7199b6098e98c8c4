import { excerpt } from "./excerpt.ts";
import type { Finding } from "./finding.ts";

const RULES = "https://docs.docker.com/go/dockerfile/rule/";

/** What `build --check` prints. @param file its text and name */
export function describeFindings(
  findings: readonly Finding[],
  file: { readonly text: string; readonly name: string },
): string[] {
  if (findings.length === 0) return ["Check complete, no warnings found."];
  const count = findings.length === 1 ? "1 warning has" : `${findings.length} warnings have`;
  return [
    `Check complete, ${count} been found!`,
    ...findings.flatMap(({ check, message, lines }) => [
      "",
      `WARNING: ${check} - ${RULES}${inDashes(check)}/`,
      message,
      ...excerpt(file.text, lines, file.name),
    ]),
  ];
}

/** `FromAsCasing` as addresses have it: from-as-casing. */
function inDashes(name: string): string {
  return name.replaceAll(/([a-z])([A-Z])|([A-Z])([A-Z][a-z])/g, "$1$3-$2$4").toLowerCase();
}
