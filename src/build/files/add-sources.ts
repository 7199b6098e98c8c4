import { TspodError } from "../../errors.ts";
import type { CopyStep } from "../plan/step.ts";
import type { Build } from "../run/build.ts";
import type { FetchedSources } from "./fetched-sources.ts";

const URL_FORM = /^(?:https?|git|ssh):\/\/|^git@/;

/**
 * What an ADD names that is in no tree.
 * @throws {TspodError} If it can't be had.
 */
export async function fetchAdded(_build: Build, step: CopyStep, _index: number): Promise<FetchedSources> {
  const remote = step.sources.find((source) => URL_FORM.test(source));
  if (remote !== undefined) throw new TspodError(`ADD of "${remote}": URLs are not supported yet`);
  return { words: step.sources, digests: [], open: () => [] };
}
