import { defineCommand } from "../../cli/define-command.ts";
import { removeImageOf } from "../../image/remove.ts";

/** What the monitor of a container of `run --rmi` runs when the container is gone. */
export const command = defineCommand({
  name: "__remove-image",
  operands: "ID NAME",
  summary: "Remove the image of a container that is gone",
  flags: {},
  raw: true,
  hidden: true,
  async run(call) {
    const [id = "", name = ""] = call.operands;
    await removeImageOf(call.store(), { id, name });
  },
});
