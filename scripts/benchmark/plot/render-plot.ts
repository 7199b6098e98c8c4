import { logAxis } from "./log-axis.ts";

export interface Series {
  /** What stands at its end. */
  readonly title: string;
  /** In the order of x. */
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface Plot {
  readonly title: string;
  /** What there are 1 to 1000 of. */
  readonly of: string;
  readonly unit: string;
  readonly series: readonly Series[];
}

const [WIDTH, HEIGHT] = [640, 360];
const MARGIN = { left: 70, right: 110, top: 44, bottom: 50 };
const [INNER_WIDTH, INNER_HEIGHT] = [WIDTH - MARGIN.left - MARGIN.right, HEIGHT - MARGIN.top - MARGIN.bottom];
/** Between the names at the ends of two lines. */
const NAME_HEIGHT = 15;
/** Told apart by those who see no red and green, too. */
const COLOURS = ["#0969da", "#bf6a02", "#8250df", "#57606a", "#1a7f37"];

const STYLE = `<style>
  text { font: 12px ui-sans-serif, sans-serif; fill: #1b1f24 }
  .title { font-size: 14px; font-weight: bold }
  .grid { stroke: #d0d7de }
  .line { fill: none; stroke-width: 2 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .grid { stroke: #30363d }
  }
</style>`;

/** The plot as SVG 1.1, both axes logarithmic. The same values give the same text. */
export function renderPlot({ title, of, unit, series }: Plot): string {
  const points = series.flatMap((one) => one.points);
  const across = logAxis(
    points.map(({ x }) => x),
    [1],
    INNER_WIDTH,
  );
  const up = logAxis(
    points.map(({ y }) => y),
    [1, 2, 5],
    INNER_HEIGHT,
  );
  const x = (value: number): number => MARGIN.left + across.at(value);
  const y = (value: number): number => MARGIN.top + INNER_HEIGHT - up.at(value);
  const [right, bottom] = [MARGIN.left + INNER_WIDTH, MARGIN.top + INNER_HEIGHT];
  const names = nameHeights(series.map((one) => y(one.points.at(-1)?.y ?? 1)));
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeXml(title)}">`,
    STYLE,
    text({ x: MARGIN.left, y: 24, anchor: "start", className: "title" }, `${title}, ${unit}`),
    ...across.ticks.flatMap((tick) => [
      line([x(tick), MARGIN.top], [x(tick), bottom]),
      text({ x: x(tick), y: bottom + 18, anchor: "middle" }, String(tick)),
    ]),
    ...up.ticks.flatMap((tick) => [
      line([MARGIN.left, y(tick)], [right, y(tick)]),
      text({ x: MARGIN.left - 8, y: y(tick) + 4, anchor: "end" }, String(tick)),
    ]),
    text({ x: MARGIN.left + INNER_WIDTH / 2, y: bottom + 38, anchor: "middle" }, of),
    ...series.flatMap((one, index) => {
      const colour = COLOURS[index % COLOURS.length] ?? "";
      const places = one.points.map((point) => [x(point.x), y(point.y)] as const);
      return [
        `<polyline class="line" stroke="${colour}" points="${places.map((place) => place.map(shown).join(",")).join(" ")}"/>`,
        ...places.map(([cx, cy]) => `<circle cx="${shown(cx)}" cy="${shown(cy)}" r="3" fill="${colour}"/>`),
        `<text x="${shown(right + 10)}" y="${shown((names[index] ?? 0) + 4)}" style="fill: ${colour}">${escapeXml(one.title)}</text>`,
      ];
    }),
    "</svg>",
  ].join("\n")}\n`;
}

/** Where names stand that would be at these heights, but may not cover each other. */
function nameHeights(wanted: readonly number[]): readonly number[] {
  const heights = [...wanted];
  const order = wanted.map((_, index) => index).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
  let least = Number.NEGATIVE_INFINITY;
  for (const index of order) {
    const height = Math.max(wanted[index] ?? 0, least);
    heights[index] = height;
    least = height + NAME_HEIGHT;
  }
  return heights;
}

function line([x1, y1]: readonly [number, number], [x2, y2]: readonly [number, number]): string {
  return `<line class="grid" x1="${shown(x1)}" y1="${shown(y1)}" x2="${shown(x2)}" y2="${shown(y2)}"/>`;
}

function text(
  { x, y, anchor, className }: { x: number; y: number; anchor: string; className?: string },
  content: string,
): string {
  const style = className === undefined ? "" : ` class="${className}"`;
  return `<text x="${shown(x)}" y="${shown(y)}" text-anchor="${anchor}"${style}>${escapeXml(content)}</text>`;
}

function shown(pixels: number): string {
  return String(Math.round(pixels * 10) / 10);
}

function escapeXml(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
