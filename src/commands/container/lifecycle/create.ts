import { defineCommand } from "../../../cli/define-command.ts";
import { commonCreateFlags, createFlags } from "../../flags/create/create-flags.ts";
import { createFromFlags } from "./create-from-flags.ts";

export const command = defineCommand({
  name: "create",
  operands: "IMAGE [COMMAND [ARG...]]",
  summary: "Create a container without starting it",
  description: "Takes the flags of run. The container's ID is printed; start runs it.",
  examples: [
    { line: "tspod create --name web -p 8080:80 httpd", help: "make a container to be started later" },
  ],
  flags: createFlags,
  common: commonCreateFlags,
  haltAtOperand: true,
  minOperands: 1,
  complete: ["image", "image-path"],
  async run(call) {
    const { record } = await createFromFlags(call);
    if (record.options.log.driver !== "passthrough") call.print(record.id);
  },
});
