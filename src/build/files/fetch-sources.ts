import type { CopyStep } from "../plan/step.ts";
import type { Build } from "../run/build.ts";
import type { FetchedSources } from "./fetched-sources.ts";

/** For a COPY nothing has to be fetched. */
export async function fetchSources(build: Build, step: CopyStep): Promise<FetchedSources> {
  const inTree: FetchedSources = { words: step.sources, digests: [], open: () => [] };
  if (step.kind === "copy") return inTree;
  const { fetchAdded } = await import("./add-sources.ts");
  return fetchAdded(build, step);
}
