import type { LineRange } from "../../../../build/parse/dockerfile-error.ts";
import type { StageReport } from "../../../../build/run/report.ts";
import { isColoured } from "../../../../cli/output/colour.ts";
import { withoutControls } from "../../../../errors.ts";
import type { BuildCall } from "../inputs.ts";
import type { BuildReport, ReportOf } from "./build-report.ts";
import { lostCacheLines, sourceLines } from "./failure-lines.ts";
import { type LiveStage, liveLines } from "./live-lines.ts";

const REDRAW_MS = 100;
/** Lines of a step's output that are kept for the end. */
const TAIL = 30;

/**
 * The live view of a build on a terminal: a block for each stage, drawn over and over at the same place; at
 * the end it stays, and a step that has failed is shown with its last lines and those of the Dockerfile.
 */
export function liveReport(call: BuildCall, { graph, inputs }: ReportOf): BuildReport {
  const stages = new Map<number, LiveStage>();
  const failures: { readonly stage: LiveStage; readonly lines: LineRange }[] = [];
  const colours = isColoured(call.env, 2);
  let drawn = 0;
  const draw = (isLast: boolean): void => {
    const [columns, rows] = [process.stderr.columns || 80, process.stderr.rows || 24];
    const all = [...stages.values()].sort((a, b) => a.index - b.index);
    const lines = liveLines(all, { columns, rows: isLast ? Infinity : rows - 1, now: Date.now(), colours });
    // Up over what was drawn, and each line anew; what is below the last one goes.
    const up = drawn === 0 ? "" : `\u001b[${drawn}A\r`;
    call.writeError(Buffer.from(`${up}${lines.map((line) => `\u001b[2K${line}\n`).join("")}\u001b[J`));
    drawn = lines.length;
  };
  const timer = setInterval(() => draw(false), REDRAW_MS);
  timer.unref();
  const change = (index: number, more: Partial<LiveStage>): void => {
    const known = stages.get(index);
    if (known !== undefined) stages.set(index, { ...known, ...more });
  };
  return {
    stage(index) {
      const planned = graph.stages.find(({ stage }) => stage.index === index);
      const name = planned?.stage.from.name ?? (graph.stages.length > 1 ? `stage ${index}` : "build");
      const now = Date.now();
      const begun = { index, name, began: now, stepBegan: now, number: 0, total: 0, text: "" } as const;
      stages.set(index, { ...begun, cached: 0, done: 0, tail: [], state: "running" });
      return reportOf(index, { stages, change, onFailed: (stage, lines) => failures.push({ stage, lines }) });
    },
    close(error) {
      clearInterval(timer);
      for (const [index, { state }] of stages)
        if (error !== undefined && state === "running")
          change(index, { state: "stopped", ended: Date.now() });
      draw(true);
      for (const { stage, lines } of failures) {
        const text = [...tailLines(stage), ...sourceLines(lines, { inputs, colours })].join("\n");
        call.writeError(Buffer.from(`${text}\n`));
      }
      if (failures.length > 0)
        for (const line of lostCacheLines(call.store())) call.writeError(Buffer.from(`${line}\n`));
    },
  };
}

interface Reporting {
  readonly stages: ReadonlyMap<number, LiveStage>;
  readonly change: (index: number, more: Partial<LiveStage>) => void;
  readonly onFailed: (stage: LiveStage, lines: LineRange) => void;
}

function reportOf(index: number, { stages, change, onFailed }: Reporting): StageReport {
  let rest = "";
  return {
    step(number, total, text) {
      rest = "";
      change(index, { number, total, text, stepBegan: Date.now(), tail: [] });
    },
    cached: () => change(index, { cached: (stages.get(index)?.cached ?? 0) + 1 }),
    output(_stream, chunk) {
      const lines = (rest + chunk.toString()).split(/\r?\n|\r/);
      rest = lines.pop() ?? "";
      const tail = [...(stages.get(index)?.tail ?? []), ...lines.map(withoutControls)].slice(-TAIL);
      change(index, { tail });
    },
    done: () => change(index, { done: (stages.get(index)?.done ?? 0) + 1 }),
    usage: () => undefined,
    failed(lines) {
      const tail = [...(stages.get(index)?.tail ?? []), ...(rest === "" ? [] : [withoutControls(rest)])];
      change(index, { state: "failed", ended: Date.now(), tail });
      const stage = stages.get(index);
      if (stage !== undefined) onFailed(stage, lines);
    },
    end() {
      if (stages.get(index)?.state === "running")
        change(index, { state: "done", ended: Date.now(), tail: [] });
    },
  };
}

function tailLines({ name, text, tail }: LiveStage): string[] {
  if (tail.length === 0) return [];
  return ["", `------ the last lines of [${name}] ${text.split("\n")[0] ?? ""}:`, ...tail, "------"];
}
