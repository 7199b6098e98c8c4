import { defineCommand } from "../../../cli/define-command.ts";
import { findContainer } from "../../../container/state/find.ts";
import { updateContainer } from "../../../container/update.ts";
import { limitFlags } from "../../flags/create/resource-flags.ts";
import { limitChanges } from "../../flags/create/resources-from-flags.ts";
import { engineOf } from "../../flags/engine-of.ts";

export const command = defineCommand({
  name: "update",
  operands: "CONTAINER",
  summary: "Update the limits of a container",
  description:
    "Changes the limits that are given: of a container that runs at once, and for all its starts to come. What isn't given stays as it is.",
  examples: [{ line: "tspod update --memory 512m --cpus 2 web", help: "give a container other limits" }],
  flags: limitFlags,
  minOperands: 1,
  maxOperands: 1,
  complete: "container",
  async run(call) {
    const changes = limitChanges(call.flags);
    const engine = engineOf(call);
    const container = findContainer(engine, call.operands[0] ?? "");
    await updateContainer(engine, container, changes);
    call.print(container.record.id);
  },
});
