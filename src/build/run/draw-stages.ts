import type { Journal, JournalStage } from "./journal.ts";

/** How a build's stages are drawn. */
export const drawings = { text: stagesText, dot: stagesDot, svg: stagesSvg } as const;

/** Lines for people: each stage, what it needs, and its steps with their times. */
function stagesText({ stages }: Pick<Journal, "stages">): string[] {
  return stages.flatMap((stage, index) => [...(index > 0 ? [""] : []), ...linesOf(stage, stages)]);
}

function linesOf(stage: JournalStage, stages: readonly JournalStage[]): string[] {
  const needs = stage.needs.map((index) => nameOf(index, stages));
  return [
    `${stage.name}  ${seconds(stage.ended - stage.began)}${needs.length > 0 ? `  needs ${needs.join(", ")}` : ""}`,
    `  ${stage.from}`,
    ...stage.steps.map(
      ({ text, outcome, milliseconds }) => `  ${timeOf(outcome, milliseconds).padEnd(8)} ${firstLine(text)}`,
    ),
  ];
}

function nameOf(index: number, stages: readonly JournalStage[]): string {
  return stages.find((stage) => stage.index === index)?.name ?? String(index);
}

function timeOf(outcome: JournalStage["steps"][number]["outcome"], milliseconds: number): string {
  if (outcome === "setting") return "-";
  return outcome === "done" ? seconds(milliseconds) : outcome;
}

/** With one digit. */
function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)}s`;
}

const TEXT_MAX = 72;

function firstLine(text: string): string {
  const [line = ""] = text.split("\n");
  return line.length > TEXT_MAX ? `${line.slice(0, TEXT_MAX - 1)}…` : line;
}

/** For dot(1): a box for each stage, an arrow to each from what it needs. */
function stagesDot({ stages }: Pick<Journal, "stages">): string[] {
  return [
    "digraph build {",
    "  rankdir=LR",
    '  node [shape=box, fontname="monospace"]',
    ...stages.map(
      (stage) => `  s${stage.index} [label=${quoted(`${linesOf(stage, stages).join("\\l")}\\l`)}]`,
    ),
    ...stages.flatMap(({ index, needs }) => needs.map((need) => `  s${need} -> s${index}`)),
    "}",
  ];
}

function quoted(text: string): string {
  return `"${text.replaceAll(/["]/g, '\\"')}"`;
}

const LINE = 18;
const MARGIN = 16;
const CHARACTER = 7.5;
const NAME_WIDTH = 160;
const SCALE_WIDTH = 640;

/** A picture: a bar for each stage on a common scale of time, cached steps pale, with arrows of needs. */
function stagesSvg({ stages }: Pick<Journal, "stages">): string[] {
  const total = Math.max(1, ...stages.map(({ ended }) => ended));
  const at = (time: number): number => MARGIN + NAME_WIDTH + (time / total) * SCALE_WIDTH;
  const middle = (row: number): number => MARGIN + row * 2 * LINE + LINE;
  const rows = new Map(stages.map(({ index }, row) => [index, row]));
  const width = NAME_WIDTH + SCALE_WIDTH + 4 * MARGIN + 10 * CHARACTER;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${stages.length * 2 * LINE + 2 * MARGIN}" font-family="monospace" font-size="12">`,
    ...stages.flatMap((stage, row) => {
      const [left, right] = [at(stage.began), Math.max(at(stage.ended), at(stage.began) + 2)];
      const steps = linesOf(stage, stages)
        .slice(1)
        .map((line) => line.trim());
      const isCached = stage.steps.every(({ outcome }) => outcome !== "done" && outcome !== "failed");
      const isFailed = stage.steps.some(({ outcome }) => outcome === "failed");
      const colour = isFailed ? "#d66" : isCached ? "#cde" : "#69c";
      return [
        `  <text x="${MARGIN}" y="${middle(row) + 4}" font-weight="bold">${escaped(stage.name)}</text>`,
        `  <rect x="${left.toFixed(1)}" y="${middle(row) - LINE / 2}" width="${(right - left).toFixed(1)}" height="${LINE}" rx="3" fill="${colour}"><title>${escaped(steps.join("\n"))}</title></rect>`,
        `  <text x="${(right + 6).toFixed(1)}" y="${middle(row) + 4}">${seconds(stage.ended - stage.began)}</text>`,
        ...stage.needs.flatMap((need) => {
          const from = rows.get(need);
          return from === undefined
            ? []
            : [
                `  <path d="M ${at(stages[from]?.ended ?? 0).toFixed(1)} ${middle(from) + LINE / 2} V ${middle(row) - LINE / 2}" stroke="#456" fill="none"/>`,
              ];
        }),
      ];
    }),
    "</svg>",
  ];
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
