import { type Flowchart, FlowchartError, type FlowEdge } from "./flowchart.ts";

/** What stands in a row: a node, or the place where an edge passes between the nodes. */
export interface Item {
  readonly id: string;
  /** The edge that passes; undefined for a node. */
  readonly edge?: FlowEdge;
}

const SWEEPS = 8;

/**
 * Nodes in rows, each below all that point to it, with a passage in each row that an edge crosses. Within a
 * row an item stands as far to the right as what it hangs on in the rows above and below; where that says
 * nothing, as it is described.
 * @throws {FlowchartError} If a way comes back to where it started.
 */
export function orderRows(chart: Flowchart): Item[][] {
  const depths = depthsOf(chart);
  const rows: Item[][] = Array.from({ length: Math.max(...depths.values()) + 1 }, () => []);
  for (const { id } of chart.nodes) rows[depths.get(id) ?? 0]?.push({ id });
  const links: [string, string][] = [];
  for (const edge of chart.edges.filter(({ both }) => !both)) {
    let above = edge.from;
    for (let depth = (depths.get(edge.from) ?? 0) + 1; depth < (depths.get(edge.to) ?? 0); depth++) {
      const id = `${edge.from} ${edge.to} ${depth}`;
      rows[depth]?.push({ id, edge });
      links.push([above, id]);
      above = id;
    }
    links.push([above, edge.to]);
  }
  for (let sweep = 0; sweep < SWEEPS; sweep++) sortRows(rows, links, sweep % 2 === 0);
  return rows;
}

/** Orders each row by the mean place of its neighbours in the row above (downwards) or below. */
function sortRows(rows: Item[][], links: readonly (readonly [string, string])[], downwards: boolean): void {
  const order = downwards ? rows : rows.toReversed();
  for (const [index, row] of order.entries()) {
    const placeOf = relativePlaces(order[index - 1] ?? []);
    const own = relativePlaces(row);
    const wish = (id: string): number => {
      const neighbours = links
        .filter((link) => link.includes(id))
        .map(([a, b]) => placeOf.get(a === id ? b : a))
        .filter((place) => place !== undefined);
      if (neighbours.length === 0) return own.get(id) ?? 0;
      return neighbours.reduce((sum, place) => sum + place, 0) / neighbours.length;
    };
    const wishes = new Map(row.map(({ id }) => [id, wish(id)]));
    row.sort((a, b) => (wishes.get(a.id) ?? 0) - (wishes.get(b.id) ?? 0));
  }
}

/** From 0 (left) to 1, since rows differ in length. */
function relativePlaces(row: readonly Item[]): Map<string, number> {
  return new Map(row.map(({ id }, index) => [id, (index + 0.5) / row.length]));
}

/** The length of the longest way down to each node. */
function depthsOf({ nodes, edges }: Flowchart): Map<string, number> {
  const above = Map.groupBy(
    edges.filter(({ both }) => !both),
    ({ to }) => to,
  );
  const depths = new Map<string, number>();
  function depthOf(id: string, path: readonly string[]): number {
    if (path.includes(id)) throw new FlowchartError(`a circle: ${[...path, id].join(" → ")}`);
    const known = depths.get(id);
    if (known !== undefined) return known;
    const parents = (above.get(id) ?? []).map(({ from }) => depthOf(from, [...path, id]));
    const depth = parents.length === 0 ? 0 : Math.max(...parents) + 1;
    depths.set(id, depth);
    return depth;
  }
  for (const { id } of nodes) depthOf(id, []);
  return depths;
}
