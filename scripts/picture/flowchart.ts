/** A picture as it is described in a Markdown file: a small part of Mermaid's flowcharts. */
export interface Flowchart {
  readonly nodes: readonly FlowNode[];
  readonly edges: readonly FlowEdge[];
}

export interface FlowNode {
  readonly id: string;
  /** The first is the title. */
  readonly lines: readonly string[];
}

export interface FlowEdge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  /** Whether there is an arrow at both ends: such an edge does not put one end above the other. */
  readonly both: boolean;
  readonly dashed: boolean;
}

/** A picture's description that can't be read. */
export class FlowchartError extends Error {}

const NODE = /^(\w+)\["([^"]+)"\]$/;
const EDGE = /^(\w+) (-->|-\.->|<-->)(?:\|([^|]+)\|)? (\w+)$/;
const PICTURE = /<!-- picture: (\w+) -->\s*```mermaid\n([\s\S]*?)```/g;

/** Name → description of all pictures in a Markdown file. */
export function picturesIn(markdown: string): Map<string, Flowchart> {
  return new Map(
    [...markdown.matchAll(PICTURE)].map(([, name = "", text = ""]) => [name, parseFlowchart(text)]),
  );
}

/**
 * Reads `flowchart TB`, then a node `id["title<br>more"]` or an edge `a -->|label| b` in each line.
 * @throws {FlowchartError} For a line that is neither, or names a node that is not described.
 */
export function parseFlowchart(text: string): Flowchart {
  const [first, ...lines] = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  if (first !== "flowchart TB")
    throw new FlowchartError(`a picture begins with "flowchart TB", not "${first}"`);
  const nodes: FlowNode[] = [];
  const edges: FlowEdge[] = [];
  for (const line of lines) {
    const [, id, title] = NODE.exec(line) ?? [];
    if (id !== undefined && title !== undefined) nodes.push({ id, lines: title.split("<br>") });
    else edges.push(parseEdge(line));
  }
  const known = new Set(nodes.map(({ id }) => id));
  for (const id of edges.flatMap(({ from, to }) => [from, to]))
    if (!known.has(id)) throw new FlowchartError(`no node "${id}" is described`);
  return { nodes, edges };
}

function parseEdge(line: string): FlowEdge {
  const [, from, arrow, label = "", to] = EDGE.exec(line) ?? [];
  if (from === undefined || to === undefined)
    throw new FlowchartError(`neither a node nor an edge: "${line}"`);
  return { from, to, label, both: arrow === "<-->", dashed: arrow === "-.->" };
}
