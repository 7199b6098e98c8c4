import { defineCommand } from "../../../cli/define-command.ts";
import { type Container, listContainers } from "../../../container/state/list.ts";
import { TspodError } from "../../../errors.ts";
import { shortId } from "../../../oci/short-id.ts";
import { networkOf } from "../../../podman/network-owner.ts";
import { parsePortQuery, publishedPorts } from "../../../podman/published-ports.ts";
import { engineOf } from "../../flags/engine-of.ts";
import { selectContainers } from "../../flags/select-containers.ts";
import { selectionFlags } from "../../flags/selection-flags.ts";

export const command = defineCommand({
  name: "port",
  operands: "CONTAINER [PORT[/PROTOCOL]]",
  summary: "Show where ports of a container are published",
  description: "Prints all published ports, or the address of one of them.",
  examples: [
    { line: "tspod port web", help: "all published ports: 80/tcp -> 0.0.0.0:8080" },
    { line: "tspod port web 80", help: "the address that leads to port 80" },
  ],
  flags: {
    all: { ...selectionFlags.all, help: "Show the ports of all running containers" },
    latest: selectionFlags.latest,
  },
  complete: ["container", "none"],
  check({ flags: { all, latest }, operands }) {
    if (all && latest) return "--all and --latest cannot be used together";
    if (all && operands.length > 0) return "no arguments are needed with --all";
    if (!all && !latest && operands.length === 0) return "you must supply a running container name or id";
    if (operands.length > (latest ? 1 : 2)) return "`port` accepts at most 2 arguments";
    return undefined;
  },
  run(call) {
    const { all, latest } = call.flags;
    const engine = engineOf(call);
    const portsOf = (container: Container) => networkOf(container, () => listContainers(engine)).ports;
    const [name, asked] = latest ? [undefined, call.operands[0]] : call.operands;
    const query = asked || undefined; // as Podman: an empty one is none
    const selected = selectContainers(engine, {
      operands: name === undefined ? [] : [name],
      all,
      latest,
    }).map(({ container }) => container);
    if (query !== undefined) {
      const wanted = parsePortQuery(query);
      for (const container of selected) printOne(container, wanted, query);
      return undefined;
    }
    for (const container of selected.filter(({ state }) => state.status === "running")) {
      for (const { port, address } of publishedPorts(portsOf(container))) {
        call.print(`${all ? `${shortId(container.record.id)}\t` : ""}${port} -> ${address}`);
      }
    }
    return undefined;

    function printOne(container: Container, wanted: string, text: string): void {
      const ports = portsOf(container);
      if (container.state.status !== "running" || ports.length === 0) return;
      const found = publishedPorts(ports).filter(({ port }) => port === wanted);
      if (found.length === 0) throw new TspodError(`failed to find published port "${text}"`);
      for (const { address } of found) call.print(address);
    }
  },
});
