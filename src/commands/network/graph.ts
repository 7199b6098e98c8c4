import { defineCommand } from "../../cli/define-command.ts";
import { toJson } from "../../cli/output/json.ts";
import { listContainers } from "../../container/state/list.ts";
import { networkPlace } from "../../container/state/network-place.ts";
import { readRunNetworks } from "../../container/state/run-networks.ts";
import { isActive } from "../../container/state/state.ts";
import { TspodError } from "../../errors.ts";
import { graphDot, graphText } from "../../network/graph/draw-graph.ts";
import { graphSvg } from "../../network/graph/draw-picture.ts";
import { type GraphContainer, networkGraph } from "../../network/graph/graph.ts";
import { listNetworks } from "../../network/networks.ts";
import { ownValue } from "../../oci/shape.ts";
import { publishedPorts } from "../../podman/published-ports.ts";
import { engineOf } from "../flags/engine-of.ts";

export const command = defineCommand({
  name: "network graph",
  operands: "[NETWORK...]",
  summary: "Show who reaches whom",
  description:
    "Shows the networks in which containers run: their members, with addresses and the names by which the others find them, published ports, and what they reach beyond the network.",
  examples: [
    { line: "tspod network graph", help: "all networks with running containers" },
    {
      line: "tspod network graph --format svg >networks.svg",
      help: "a picture: lines from host to containers to networks; dashed ones where only addresses lead",
    },
    { line: "tspod network graph --format dot | dot -Tpng -o networks.png", help: "the same by graphviz" },
  ],
  flags: {
    all: { type: "boolean", short: "a", help: "Show networks without a running container, too" },
    format: { type: "string", value: "FORMAT", default: "text", help: "Print it as text, svg, dot or json" },
  },
  complete: "network",
  run(call) {
    const { all, format } = call.flags;
    const engine = engineOf(call);
    const containers = listContainers(engine).flatMap(({ record, state, paths }): GraphContainer[] => {
      if (!isActive(state) || record.options.network.mode.kind !== "bridge") return [];
      const ports = publishedPorts(record.options.network.ports).map(
        ({ port, address }) => `${address}->${port}`,
      );
      return [{ id: record.id, name: record.name, attached: readRunNetworks(paths), ports }];
    });
    const graph = networkGraph(listNetworks(networkPlace(engine)), containers, {
      all: all || call.operands.length > 0,
    }).filter(({ name }) => call.operands.length === 0 || call.operands.includes(name));
    const missing = call.operands.find((name) => !graph.some((network) => network.name === name));
    if (missing !== undefined)
      throw new TspodError(`unable to find network with name or ID ${missing}: network not found`);
    if (format === "json") call.print(toJson(graph, 2));
    else for (const line of drawing(format)(graph)) call.print(line);
  },
});

function drawing(format: string): typeof graphText {
  const known: Readonly<Record<string, typeof graphText>> = { text: graphText, svg: graphSvg, dot: graphDot };
  const draw = ownValue(known, format);
  if (draw === undefined) throw new TspodError(`unknown format "${format}": text, svg, dot or json`);
  return draw;
}
