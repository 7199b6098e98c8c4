import { excerpt } from "../../../../build/lint/excerpt.ts";
import type { LineRange } from "../../../../build/parse/dockerfile-error.ts";
import { listJournals } from "../../../../build/run/journal.ts";
import { whyNotCached } from "../../../../build/run/why-not-cached.ts";
import { paint } from "../../../../cli/output/colour.ts";
import { withoutControls } from "../../../../errors.ts";
import type { Store } from "../../../../system/store.ts";
import type { BuildInputs } from "../inputs.ts";

/** The instruction that has failed among its neighbours, with carets below its first line. */
export function sourceLines(
  lines: LineRange,
  { inputs, colours }: { inputs: BuildInputs; colours: boolean },
): string[] {
  const shownLines = excerpt(inputs.dockerfile, lines, inputs.dockerfileName).map(withoutControls);
  const at = shownLines.findIndex((line) => line.includes("| >>>"));
  const line = shownLines[at];
  if (line === undefined) return shownLines;
  const start = line.indexOf(">>>") + ">>> ".length;
  const caret = `${" ".repeat(start)}${"^".repeat(Math.max(1, line.length - start))}`;
  return [...shownLines.slice(0, at + 1), colours ? paint("red", caret) : caret, ...shownLines.slice(at + 1)];
}

/**
 * Why the build that has just failed did steps anew that an earlier build had done: nothing for a first
 * build, and where the step that failed is the first that was done.
 */
export function lostCacheLines(store: Store): string[] {
  const [journal] = listJournals(store);
  if (journal?.before === undefined || journal.noCache) return [];
  const failed = new Set(
    journal.stages.flatMap(({ steps }) =>
      steps.filter(({ outcome }) => outcome === "failed").map(({ text }) => text),
    ),
  );
  return whyNotCached(store, journal)
    .filter(({ step }) => !failed.has(step))
    .flatMap(({ step, reasons }) => [
      `not from the cache: ${withoutControls(step.split("\n")[0] ?? "")}`,
      ...reasons.map((reason) => `  ${withoutControls(reason)}`),
    ]);
}
