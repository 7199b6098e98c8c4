import type { Flowchart, FlowEdge, FlowNode } from "./flowchart.ts";
import { type Item, orderRows } from "./rows.ts";

/** All in pixels of the picture. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where a node stands; its place is the middle of the box. */
export interface PlacedNode extends FlowNode, Point {
  readonly width: number;
  readonly height: number;
}

export interface PlacedEdge extends FlowEdge {
  /** From the border of one box to that of the other, past the boxes of the rows between. */
  readonly points: readonly Point[];
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

const CHARACTER = 7.8;
const LINE = 17;
const PADDING = 14;
const GAP_X = 44;
const GAP_Y = 64;
const MARGIN = 24;
/** What an edge takes of a row that it passes. */
const PASSAGE = 6;

interface Box extends Item, Point {
  readonly width: number;
  readonly height: number;
}

/** Places nodes in rows, each below all that point to it, and the rows around one middle line. */
export function layOut(chart: Flowchart): Layout {
  const sizes = new Map(chart.nodes.map((node) => [node.id, sizeOf(node)]));
  const rows = orderRows(chart).map((row) =>
    row.map((item) => ({ ...item, ...(sizes.get(item.id) ?? { width: PASSAGE, height: 0 }) })),
  );
  const widths = rows.map((row) => row.reduce((sum, { width }) => sum + width, 0) + GAP_X * (row.length - 1));
  const width = Math.max(...widths) + 2 * MARGIN;
  const boxes = new Map<string, Box>();
  let top = MARGIN;
  for (const [index, row] of rows.entries()) {
    const height = Math.max(...row.map((box) => box.height));
    let left = (width - (widths[index] ?? 0)) / 2;
    for (const box of row) {
      const tall = box.edge === undefined ? box.height : height;
      boxes.set(box.id, { ...box, height: tall, x: left + box.width / 2, y: top + height / 2 });
      left += box.width + GAP_X;
    }
    top += height + GAP_Y;
  }
  return {
    width,
    height: top - GAP_Y + MARGIN,
    nodes: chart.nodes.flatMap((node) => {
      const box = boxes.get(node.id);
      return box === undefined ? [] : [{ ...node, ...box }];
    }),
    edges: chart.edges.map((edge) => ({ ...edge, points: route(boxes, edge) })),
  };
}

function sizeOf({ lines }: FlowNode): { width: number; height: number } {
  const longest = Math.max(...lines.map((line) => line.length));
  return {
    width: Math.ceil(longest * CHARACTER) + 2 * PADDING,
    height: lines.length * LINE + 2 * PADDING,
  };
}

/** Side to side within a row; otherwise from the lower border through the passages to the upper border. */
function route(boxes: ReadonlyMap<string, Box>, { from, to }: FlowEdge): Point[] {
  const [a, b] = [boxes.get(from), boxes.get(to)];
  if (a === undefined || b === undefined) return [];
  if (a.y === b.y) {
    const right = a.x < b.x ? 1 : -1;
    return [
      { x: a.x + (right * a.width) / 2, y: a.y },
      { x: b.x - (right * b.width) / 2, y: b.y },
    ];
  }
  const passages = [...boxes.values()].filter(({ edge }) => edge?.from === from && edge.to === to);
  const [first = b, last = a] = [passages[0], passages.at(-1)];
  return [
    { x: lean(a, first), y: a.y + a.height / 2 },
    ...passages.flatMap(({ x, y, height }) => [
      { x, y: y - height / 2 },
      { x, y: y + height / 2 },
    ]),
    { x: lean(b, last), y: b.y - b.height / 2 },
  ];
}

/** The foot leans towards the other end, so that edges of one box begin apart. */
function lean({ x, width }: Box, other: Point): number {
  return x + Math.max(-width / 3, Math.min(width / 3, (other.x - x) / 3));
}
