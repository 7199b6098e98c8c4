import type { BuildGraph } from "../../../../build/plan/graph.ts";
import type { StageReport } from "../../../../build/run/report.ts";
import type { BuildInputs } from "../inputs.ts";

/** How a build is shown while it runs. */
export interface BuildReport {
  /** @param index of the stage */
  readonly stage: (index: number) => StageReport;
  /** Nothing more comes. @param error what has ended the build */
  readonly close: (error?: unknown) => void;
}

export interface ReportOf {
  readonly graph: BuildGraph;
  readonly inputs: BuildInputs;
}
