import { defineCommand } from "../../../cli/define-command.ts";
import { addPorts } from "../../../container/change-ports.ts";
import { findContainer } from "../../../container/state/find.ts";
import { parsePublish } from "../../../options/parse/port.ts";
import { publishedPorts } from "../../../podman/published-ports.ts";
import { engineOf } from "../../flags/engine-of.ts";

export const command = defineCommand({
  name: "port add",
  operands: "CONTAINER PORT [PORT...]",
  summary: "Publish further ports of a container",
  description:
    "Publishes ports as --publish of run does, [[IP:]PORT:]PORT[/PROTOCOL], at once where the container runs in a network with a name, and at all its later starts. Prints where they are.",
  examples: [
    { line: "tspod port add web 8443:443", help: "a running server gets a second port" },
    { line: "tspod port add dns 5353:53/udp", help: "a port of udp" },
  ],
  flags: {},
  minOperands: 2,
  complete: ["container", "none"],
  async run(call) {
    const [name = "", ...texts] = call.operands;
    const engine = engineOf(call);
    const added = await addPorts(engine, findContainer(engine, name), texts.map(parsePublish));
    for (const { port, address } of publishedPorts(added)) call.print(`${port} -> ${address}`);
  },
});
