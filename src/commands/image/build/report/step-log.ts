import type { BuildCall } from "../inputs.ts";
import type { BuildReport } from "./build-report.ts";

/** With `--log-level debug` each step that the cache has is told as well, in buildah's words. */
export function withStepLog(report: BuildReport, { log }: Pick<BuildCall, "log">): BuildReport {
  return {
    ...report,
    stage: (index) => {
      const stage = report.stage(index);
      return {
        ...stage,
        cached: (id) => {
          log("debug", `Found a cache hit in the first iteration with id ${id}`);
          stage.cached(id);
        },
      };
    },
  };
}
