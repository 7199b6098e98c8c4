import type { Result } from "../../support/program.ts";

/** What a program printed, with all that differs between any two runs taken out. */
export function normalise({ code, stdout, stderr }: Result, directory: string): string {
  return `exit ${code}\n-- stdout\n${normaliseText(stdout, directory)}-- stderr\n${normaliseText(stderr, directory)}`;
}

/** In this order: what one rule leaves is what the next one sees. */
const RULES: readonly (readonly [what: RegExp, by: string])[] = [
  [/\bpodman\b/g, "tspod"],
  // logrus, without and with a terminal.
  [/^time="[^"]*" level=(\w+) msg="(.*)"$/gm, "LOG $1: $2"],
  [/^WARN\[\d+\] /gm, "LOG warning: "],
  [/\bsha256:[0-9a-f]{64}\b/g, "<digest>"],
  [/\b[0-9a-f]{64}\b/g, "<id>"],
  [/\b[0-9a-f]{25}\b/g, "<secret's id>"],
  [/\b[0-9a-f]{12}\b/g, "<short id>"],
  [/\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? [+-]\d{4} \w+(?: m=\S+)?/g, "<time>"],
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)/g, "<time>"],
  [/\b(?:Less than a second|About a minute|\d+ (?:second|minute)s?) ago\b/g, "<time> ago"],
  [/\bUp (?:Less than a second|\d+ seconds?)(?= |$)/gm, "Up <time>"],
  // Of what is left of a table when its cells have other lengths.
  [/ {2,}/g, "  "],
];

function normaliseText(text: string, directory: string): string {
  return RULES.reduce((rest, [what, by]) => rest.replaceAll(what, by), text.replaceAll(directory, "<home>"));
}
