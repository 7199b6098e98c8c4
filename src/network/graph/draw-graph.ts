import { dotText } from "./draw-boxes.ts";
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
      `  ${dotText(`net ${network.name}`)} [shape=box, label=${dotText([network.name, ...network.subnets].join("\n"))}]`,
      ...network.members.flatMap((member) => [
        `  ${dotText(member.container)} -- ${dotText(`net ${network.name}`)} [label=${dotText(member.addresses.join("\n"))}]`,
        ...member.ports.map((port) => `  "host" -- ${dotText(member.container)} [label=${dotText(port)}]`),
      ]),
      ...network.reaches
        .filter((other) => network.name < other)
        .map((other) => `  ${dotText(`net ${network.name}`)} -- ${dotText(`net ${other}`)} [style=dashed]`),
    ]),
    "}",
  ];
}
