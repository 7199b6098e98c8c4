import { COLUMNS, type Row, summarize } from "../row.ts";
import { renderPlot } from "./render-plot.ts";

/** A plot of rows that are its points. */
export interface PlotFile {
  readonly title: string;
  /** Of its SVG. */
  readonly fileName: string;
  readonly svg: string;
}

/** One plot of each kind that has two points and more, in the order of the rows: medians. */
export function plotsOf(rows: readonly Row[]): PlotFile[] {
  const kinds = Map.groupBy(
    rows.filter(({ point }) => point !== undefined),
    ({ point }) => point?.plot ?? "",
  );
  return [...kinds].flatMap(([title, own]) => {
    const [first] = own;
    if (own.length < 2 || first?.point === undefined) return [];
    const series = COLUMNS.filter(([name]) => first.values.has(name)).map(([name, column]) => ({
      title: column,
      points: own.flatMap(({ point, values }) => {
        const y = summarize(values.get(name)).median;
        return point === undefined || Number.isNaN(y) ? [] : [{ x: point.at, y }];
      }),
    }));
    const svg = renderPlot({ title, of: first.point.of, unit: first.unit, series });
    return [{ title, fileName: `${title.replaceAll(/[^a-z0-9]+/gi, "-")}.svg`, svg }];
  });
}
