import type { GraphMember, GraphNetwork } from "./graph.ts";

/** Lines for people: each network, who is in it, and whom these reach beyond it. */
export function graphText(networks: readonly GraphNetwork[]): string[] {
  return networks.flatMap((network, index) => [...(index > 0 ? [""] : []), ...networkText(network)]);
}

function networkText({ name, subnets, internal, reaches, members }: GraphNetwork): string[] {
  const width = Math.max(0, ...members.map(({ container }) => container.length));
  const beyond = internal
    ? "nothing beyond it (internal)"
    : ["the way out", ...(reaches.length > 0 ? [`by address ${reaches.join(", ")}`] : [])].join("; ");
  return [
    `${name}  ${subnets.join(" ")}`,
    ...members.map((member) => `  ${memberText(member, width)}`),
    `  reaches: ${beyond}`,
  ];
}

function memberText({ container, addresses, names, ports, egress }: GraphMember, width: number): string {
  const others = names.filter((name) => name !== container);
  return [
    container.padEnd(width),
    addresses.join(" "),
    ...(names.length === 0 ? ["(no names)"] : others.length === 0 ? [] : [`also ${others.join(", ")}`]),
    ...ports,
    ...(egress === undefined ? [] : [`only to ${egress.join(", ") || "this network"}`]),
  ].join("  ");
}

/** For dot(1): networks are boxes, containers ellipses, published ports the edges from the host. */
export function graphDot(networks: readonly GraphNetwork[]): string[] {
  return [
    "graph networks {",
    "  node [shape=ellipse]",
    ...networks.flatMap((network) => [
      `  ${quoted(`net ${network.name}`)} [shape=box, label=${quoted([network.name, ...network.subnets].join("\\n"))}]`,
      ...network.members.flatMap((member) => [
        `  ${quoted(member.container)} -- ${quoted(`net ${network.name}`)} [label=${quoted(member.addresses.join("\\n"))}]`,
        ...member.ports.map((port) => `  "host" -- ${quoted(member.container)} [label=${quoted(port)}]`),
      ]),
      ...network.reaches
        .filter((other) => network.name < other)
        .map((other) => `  ${quoted(`net ${network.name}`)} -- ${quoted(`net ${other}`)} [style=dashed]`),
    ]),
    "}",
  ];
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '\\"')}"`;
}

const LINE = 18;
const MARGIN = 16;
const CHARACTER = 7.5;

/** A picture: a box for each network, below each other, with its lines. */
export function graphSvg(networks: readonly GraphNetwork[]): string[] {
  let top = MARGIN;
  const widest = Math.max(
    20,
    ...networks.flatMap((network) => networkText(network).map(({ length }) => length)),
  );
  const width = Math.ceil(widest * CHARACTER) + 2 * MARGIN;
  const boxes = networks.flatMap((network) => {
    const lines = networkText(network);
    const height = (lines.length + 1) * LINE;
    const y = top;
    top += height + MARGIN;
    return [
      `  <rect x="${MARGIN}" y="${y}" width="${width}" height="${height}" rx="6" fill="none" stroke="#456"/>`,
      ...lines.map(
        (line, index) =>
          `  <text x="${2 * MARGIN}" y="${y + (index + 1) * LINE}"${index === 0 ? ' font-weight="bold"' : ""} xml:space="preserve">${escaped(line)}</text>`,
      ),
    ];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width + 2 * MARGIN}" height="${top}" font-family="monospace" font-size="12">`,
    ...boxes,
    "</svg>",
  ];
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
