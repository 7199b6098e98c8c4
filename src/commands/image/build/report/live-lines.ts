import { paint } from "../../../../cli/output/colour.ts";

/** What the live view knows of one stage. Times are milliseconds since the epoch. */
export interface LiveStage {
  readonly index: number;
  readonly name: string;
  readonly began: number;
  readonly ended?: number;
  readonly stepBegan: number;
  /** Of the step that is being done, counted from 1, FROM among them. */
  readonly number: number;
  readonly total: number;
  readonly text: string;
  /** Steps that came from the cache, and all that are done. */
  readonly cached: number;
  readonly done: number;
  /** Its last lines of output. */
  readonly tail: readonly string[];
  readonly state: "running" | "done" | "failed" | "stopped";
}

export interface LiveSize {
  readonly columns: number;
  /** How many lines there is room for. */
  readonly rows: number;
  readonly now: number;
  readonly colours: boolean;
}

const OUTPUT_MAX = 6;

/**
 * The lines of the view: each stage with its step and its time, cached steps folded into a number; below one
 * that runs its last lines of output, as many as there is room for. Pure.
 */
export function liveLines(stages: readonly LiveStage[], { columns, rows, now, colours }: LiveSize): string[] {
  const running = stages.filter(({ state }) => state === "running").length;
  const spare = Math.max(0, rows - stages.length);
  const each = running === 0 ? 0 : Math.min(OUTPUT_MAX, Math.floor(spare / running));
  const lines = stages.flatMap((stage) => [
    headLine(stage, { columns, now, colours }),
    ...(stage.state === "running" && each > 0
      ? stage.tail.slice(-each).map((line) => dim(cut(`    ${line}`, columns), colours))
      : []),
  ]);
  // Stages that are done give way first, where there are more than rows.
  return lines.length <= rows ? lines : lines.slice(lines.length - rows);
}

const MARKS = { running: "▶", done: "✔", failed: "✘", stopped: "■" } as const;
const COLOURS = { running: "cyan", done: "green", failed: "red", stopped: "yellow" } as const;

function headLine(stage: LiveStage, { columns, now, colours }: Omit<LiveSize, "rows">): string {
  const { state, name, number, total, text, cached, done } = stage;
  const time = `${(((stage.ended ?? now) - stage.began) / 1000).toFixed(1)}s`;
  const folded = cached === 0 ? "" : ` (${cached} cached)`;
  const what =
    state === "done"
      ? `${done} ${done === 1 ? "step" : "steps"}${folded}`
      : `${number}/${total}${folded} ${text.split("\n")[0] ?? ""}${state === "running" ? stepTime(stage, now) : ""}`;
  const room = columns - time.length - 2;
  const line = `${cut(`${MARKS[state]} [${name}] ${what}`, room).padEnd(room)} ${time}`;
  return colours ? line.replace(MARKS[state], paint(COLOURS[state], MARKS[state])) : line;
}

/** Of the step, where it takes long enough to be looked at. */
function stepTime({ stepBegan }: LiveStage, now: number): string {
  const seconds = (now - stepBegan) / 1000;
  return seconds < 1 ? "" : `  ${seconds.toFixed(1)}s`;
}

function cut(text: string, columns: number): string {
  return text.length <= columns ? text : `${text.slice(0, Math.max(0, columns - 1))}…`;
}

function dim(text: string, colours: boolean): string {
  return colours ? paint("gray", text) : text;
}
