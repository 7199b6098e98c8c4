import { defineCommand } from "../../../cli/define-command.ts";
import { removePorts } from "../../../container/change-ports.ts";
import { findContainer } from "../../../container/state/find.ts";
import { engineOf } from "../../flags/engine-of.ts";

export const command = defineCommand({
  name: "port rm",
  operands: "CONTAINER PORT [PORT...]",
  summary: "Publish ports of a container no longer",
  description:
    "Takes published ports away, at once where the container runs in a network with a name, and for all its later starts. PORT is written as for --publish; what it doesn't say may be anything: 80 means every port of the host that leads to 80/tcp.",
  examples: [
    { line: "tspod port rm web 443", help: "whatever leads to the container's port 443" },
    { line: "tspod port rm web 127.0.0.1:8080:80", help: "this one only" },
  ],
  flags: {},
  minOperands: 2,
  complete: ["container", "none"],
  async run(call) {
    const [name = "", ...texts] = call.operands;
    const engine = engineOf(call);
    for (const text of texts) await removePorts(engine, findContainer(engine, name), text);
  },
});
