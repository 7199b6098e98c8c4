import { defineCommand } from "../../cli/define-command.ts";
import { removeNamed } from "../../image/remove.ts";
import { removeEach } from "../image/remove-each.ts";
import { findList } from "./find-list.ts";

export const command = defineCommand({
  name: "manifest rm",
  operands: "LIST [LIST...]",
  summary: "Remove lists of images from local storage",
  description:
    "Takes a name from a list; with its last name the list itself goes. The images that it names stay.",
  examples: [{ line: "tspod manifest rm app:1", help: "remove a list" }],
  exitCodes: { 1: "one of the lists did not exist, and nothing else failed" },
  flags: { ignore: { type: "boolean", short: "i", help: "Ignore lists that are not there" } },
  minOperands: 1,
  complete: "image",
  run(call) {
    return removeEach(call, call.operands, {
      ignore: call.flags.ignore,
      remove: async (operand) => removeNamed(call.store(), findList(call.store(), operand), { all: true }),
    });
  },
});
