import { defineCommand } from "../../../cli/define-command.ts";
import { renameContainer } from "../../../container/rename.ts";
import { findContainer } from "../../../container/state/find.ts";
import { engineOf } from "../../flags/engine-of.ts";

export const command = defineCommand({
  name: "rename",
  operands: "CONTAINER NAME",
  summary: "Give a container another name",
  description: "Works on running containers too. The name is free for others at once.",
  examples: [{ line: "tspod rename web web-old", help: "make room for a new container called web" }],
  flags: {},
  minOperands: 2,
  maxOperands: 2,
  complete: ["container", "none"],
  async run(call) {
    const [operand = "", name = ""] = call.operands;
    const engine = engineOf(call);
    await renameContainer(engine, findContainer(engine, operand), name);
  },
});
