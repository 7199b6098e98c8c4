import { boxSvg, CHARACTER, LINE, MARGIN, svg, textSvg, textWidth } from "./draw-boxes.ts";
import type { GraphMember, GraphNetwork } from "./graph.ts";

/** A line's way from a row of one box to a row of another, with its words at the end that is on the right. */
interface Row {
  readonly label: string;
  /** Which row of the box that it leads to. */
  readonly slot: number;
}

interface DrawnContainer {
  readonly lines: readonly string[];
  readonly ports: readonly string[];
  readonly networks: readonly (Row & { readonly network: string })[];
}

interface Placed {
  readonly top: number;
  readonly height: number;
}

/**
 * A picture: the host, containers and networks in columns from left to right; a line for each published port,
 * and for each container's place in a network, with its address and names there. Dashed lines lead to
 * networks that are reached by address alone.
 */
export function graphSvg(networks: readonly GraphNetwork[]): string[] {
  const containers = containersOf(networks);
  const ports = containers.flatMap((container) => container.ports);
  const containerPlaces = stacked(
    containers.map(({ lines, networks: rows, ports: left }) =>
      Math.max(lines.length, rows.length, left.length),
    ),
  );
  const texts = networks.map(networkLines);
  const networkPlaces = stacked(
    networks.map(({ members }, index) => Math.max(members.length, texts[index]?.length ?? 0)),
  );
  const hosts = ports.length === 0 ? [] : [["host"]];
  const hostPlaces = stacked(hosts.map(() => ports.length));
  const columns = columnsOf({
    hosts,
    ports,
    containers: containers.map(({ lines }) => lines),
    labels: containers.flatMap((container) => container.networks.map(({ label }) => label)),
    networks: texts,
  });
  const placeOf = new Map(networks.map(({ name }, index) => [name, networkPlaces[index]?.top ?? 0]));
  let port = 0;
  const lines = containers.flatMap((container, index) => {
    const top = containerPlaces[index]?.top ?? 0;
    return [
      ...container.ports.flatMap((label, row) =>
        line(label, {
          from: [columns.containers.left, rowOf(top, row)],
          to: [columns.hosts.right, rowOf(MARGIN, port++)],
        }),
      ),
      ...container.networks.flatMap(({ label, network, slot }, row) =>
        line(label, {
          from: [columns.containers.right, rowOf(top, row)],
          to: [columns.networks.left, rowOf(placeOf.get(network) ?? 0, slot)],
        }),
      ),
    ];
  });
  const bulges = reachesSvg(networks, placeOf, columns.networks.right);
  const bottom = Math.max(...[...hostPlaces, ...containerPlaces, ...networkPlaces].map(end), 0);
  return svg(columns.networks.right + (bulges.length > 0 ? BULGE : 0) + MARGIN, bottom + MARGIN, [
    ...lines,
    ...bulges,
    ...boxes(hosts, hostPlaces, columns.hosts),
    ...boxes(
      containers.map(({ lines: own }) => own),
      containerPlaces,
      columns.containers,
    ),
    ...boxes(texts, networkPlaces, columns.networks),
  ]);
}

/** How far a dashed line goes out to the right. */
const BULGE = 48;

function containersOf(networks: readonly GraphNetwork[]): DrawnContainer[] {
  const ids = [...new Set(networks.flatMap(({ members }) => members.map(({ id }) => id)))];
  return ids.map((id) => {
    const found = networks.flatMap(({ name, members }) =>
      members.flatMap((member, slot) => (member.id === id ? [{ network: name, slot, member }] : [])),
    );
    const limits = [
      ...new Set(found.flatMap(({ member: { egress } }) => (egress ? [egress.join(", ")] : []))),
    ];
    return {
      lines: [
        found[0]?.member.container ?? id,
        ...limits.map((limit) => `only to ${limit || "its network"}`),
      ],
      ports: found.flatMap(({ member }) => member.ports),
      networks: found.map(({ network, slot, member }) => ({ network, slot, label: labelOf(member) })),
    };
  });
}

function labelOf({ addresses, names }: GraphMember): string {
  return `${addresses.join(" ")}  ${names.join(", ") || "(no names)"}`;
}

function networkLines({ name, subnets, internal }: GraphNetwork): string[] {
  return [name, ...subnets, internal ? "internal: no way out" : "has the way out"];
}

/** Boxes of so many rows below each other. */
function stacked(rows: readonly number[]): Placed[] {
  let next = MARGIN;
  return rows.map((count) => {
    const placed = { top: next, height: (count + 1) * LINE };
    next += placed.height + MARGIN;
    return placed;
  });
}

function end({ top, height }: Placed): number {
  return top + height;
}

function rowOf(top: number, row: number): number {
  return top + (row + 1) * LINE;
}

interface Column {
  readonly left: number;
  readonly right: number;
}

/** The columns side by side, with room for what is written at the lines between them. */
function columnsOf(texts: {
  readonly hosts: readonly (readonly string[])[];
  readonly ports: readonly string[];
  readonly containers: readonly (readonly string[])[];
  readonly labels: readonly string[];
  readonly networks: readonly (readonly string[])[];
}): { readonly hosts: Column; readonly containers: Column; readonly networks: Column } {
  const hosts = columnAt(MARGIN, texts.hosts);
  const first = texts.hosts.length === 0 ? MARGIN : hosts.right + gapFor(texts.ports);
  const containers = columnAt(first, texts.containers);
  const second = texts.containers.length === 0 ? first : containers.right + gapFor(texts.labels);
  return { hosts, containers, networks: columnAt(second, texts.networks) };
}

function columnAt(left: number, boxesOf: readonly (readonly string[])[]): Column {
  return { left, right: left + (boxesOf.length === 0 ? 0 : textWidth(boxesOf.flat()) + 2 * MARGIN) };
}

/** Beyond the words there is room for the line to lean. */
const LEAN = 64;

function gapFor(labels: readonly string[]): number {
  return textWidth(labels) + MARGIN + LEAN;
}

function boxes(
  texts: readonly (readonly string[])[],
  places: readonly Placed[],
  { left, right }: Column,
): string[] {
  return texts.flatMap((lines, index) => {
    const { top, height } = places[index] ?? { top: 0, height: 0 };
    return boxSvg(lines, { x: left, y: top, width: right - left, height });
  });
}

type Point = readonly [x: number, y: number];

/** Level as far as its words go, then straight to its end. */
function line(label: string, { from: [x, y], to }: { readonly from: Point; readonly to: Point }): string[] {
  const length = Math.ceil(label.length * CHARACTER) + MARGIN;
  const bend = to[0] > x ? x + length : x - length;
  return [
    `  <polyline points="${x},${y} ${bend},${y} ${to.join(",")}" fill="none" stroke="#456"/>`,
    textSvg(label, { x: Math.min(x, bend) + MARGIN / 2, y: y - 4 }),
  ];
}

function reachesSvg(
  networks: readonly GraphNetwork[],
  placeOf: ReadonlyMap<string, number>,
  x: number,
): string[] {
  return networks.flatMap(({ name, reaches }) =>
    reaches
      .filter((other) => name < other && placeOf.has(other))
      .map((other) => {
        const [y, to] = [name, other].map((network) => rowOf(placeOf.get(network) ?? 0, 0));
        return `  <path d="M ${x},${y} C ${x + BULGE},${y} ${x + BULGE},${to} ${x},${to}" fill="none" stroke="#456" stroke-dasharray="4 4"><title>by address</title></path>`;
      }),
  );
}
