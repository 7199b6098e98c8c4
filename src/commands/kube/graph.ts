import { defineCommand } from "../../cli/define-command.ts";

const FORMATS = ["text", "svg", "dot", "json"] as const;

export const command = defineCommand({
  name: "kube graph",
  operands: "FILE|DIRECTORY|URL|- [FILE...]",
  summary: "Show what Kubernetes YAML asks for, and what depends on what",
  description:
    "Shows the pods of the documents: their containers in the order in which they start, volumes and what these are made of, published ports, and the ConfigMaps, Secrets and Services that belong to them. Nothing needs to run, and nothing is made.",
  examples: [
    { line: "tspod kube graph web.yaml", help: "the pods of a file" },
    { line: "tspod kube graph --format svg deploy/ >pods.svg", help: "a picture" },
    { line: "tspod kube graph --format dot - | dot -Tpng -o pods.png", help: "the same by graphviz" },
  ],
  flags: {
    format: {
      type: "string",
      value: "FORMAT",
      default: "text",
      choices: FORMATS,
      help: "Print it as text, svg, dot or json",
    },
  },
  minOperands: 1,
  complete: "file",
  async run(call) {
    const { printGraph } = await import("./print-graph.ts");
    await printGraph(call, FORMATS.find((name) => name === call.flags.format) ?? "text");
  },
});
