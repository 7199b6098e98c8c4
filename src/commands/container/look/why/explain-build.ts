import { listJournals } from "../../../../build/run/journal.ts";
import { whyNotCached } from "../../../../build/run/why-not-cached.ts";
import { NotFoundError } from "../../../../errors.ts";
import { ago } from "../../../../podman/human-duration.ts";
import type { Store } from "../../../../system/store.ts";

/**
 * Lines that say why steps of the last build were done anew.
 * @param context absolute path: the last build with that one
 * @throws {NotFoundError} If there was no such build.
 */
export function explainBuild(store: Store, context: string | undefined): string[] {
  const journal = listJournals(store).find(({ name }) => context === undefined || name.context === context);
  if (journal === undefined)
    throw new NotFoundError(
      context === undefined ? "no build is known" : `no build with the context "${context}" is known`,
    );
  const { name, started } = journal;
  const head = `The build of ${name.dockerfile}${name.context === "" ? "" : ` in ${name.context}`}, ${ago(Date.now(), started)}:`;
  const explained = whyNotCached(store, journal);
  if (explained.length === 0) return [head, "every step came from the cache"];
  const several = journal.stages.length > 1;
  return [
    head,
    ...explained.flatMap(({ stage, step, reasons }) => [
      `${several ? `[${stage}] ` : ""}${step.split("\n")[0]}`,
      ...reasons.map((reason) => `  ${reason}`),
    ]),
  ];
}
