import type { Layout, PlacedEdge, PlacedNode } from "./layout.ts";

const LINE = 17;

/** The picture as SVG 1.1. The same layout gives the same text; colours follow the reader's scheme. */
export function renderSvg({ width, height, nodes, edges }: Layout, title: string): string {
  const size = `width="${round(width)}" height="${round(height)}" viewBox="0 0 ${round(width)} ${round(height)}"`;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-label="${escapeXml(title)}">`,
    STYLE,
    MARKER,
    ...edges.map(renderLine),
    ...nodes.map(renderNode),
    ...edges.map(renderLabel).filter((text) => text !== ""),
    "</svg>",
  ].join("\n")}\n`;
}

const STYLE = `<style>
  text { font: 13px ui-monospace, monospace; text-anchor: middle; fill: #1b1f24 }
  .title { font-weight: bold }
  .label { font-size: 11px; paint-order: stroke; stroke: #fff; stroke-width: 4px }
  rect { fill: #f3f6fa; stroke: #4a6785 }
  path { fill: none; stroke: #4a6785; stroke-width: 1.4 }
  .dashed { stroke-dasharray: 5 4 }
  marker path { fill: #4a6785; stroke: none }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .label { stroke: #0d1117 }
    rect { fill: #161b22; stroke: #7d9bbb }
    path { stroke: #7d9bbb }
    marker path { fill: #7d9bbb }
  }
</style>`;

const MARKER = `<marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto-start-reverse">
  <path d="M0 1 L9 5 L0 9 z"/>
</marker>`;

function renderNode({ x, y, width, height, lines }: PlacedNode): string {
  const first = y - ((lines.length - 1) * LINE) / 2 + 4.5;
  return [
    `<rect x="${round(x - width / 2)}" y="${round(y - height / 2)}" width="${round(width)}" height="${round(height)}" rx="6"/>`,
    ...lines.map(
      (line, index) =>
        `<text x="${round(x)}" y="${round(first + index * LINE)}"${index === 0 ? ' class="title"' : ""}>${escapeXml(line)}</text>`,
    ),
  ].join("\n");
}

function renderLine({ points, both, dashed }: PlacedEdge): string {
  const path = points.map(({ x, y }, index) => `${index === 0 ? "M" : "L"}${round(x)} ${round(y)}`).join(" ");
  const ends = `marker-end="url(#tip)"${both ? ' marker-start="url(#tip)"' : ""}`;
  return `<path d="${path}"${dashed ? ' class="dashed"' : ""} ${ends}/>`;
}

function renderLabel({ points: [a, b], label }: PlacedEdge): string {
  if (label === "" || a === undefined || b === undefined) return "";
  const level = a.y === b.y ? -6 : 4;
  return `<text x="${round((a.x + b.x) / 2)}" y="${round((a.y + b.y) / 2 + level)}" class="label">${escapeXml(label)}</text>`;
}

/** Two digits: enough for a screen, and the same on every machine. */
function round(value: number): string {
  return String(Math.round(value * 100) / 100);
}

function escapeXml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
