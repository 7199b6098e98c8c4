import { defineCommand } from "./framework/define-command.ts";
import { findList } from "./manifest/find-list.ts";
import { removeEach } from "./rmi/remove-each.ts";
import { removeNamed } from "./rmi/remove-named.ts";

export const command = defineCommand({
  name: "manifest rm",
  operands: "LIST [LIST...]",
  summary: "Remove lists of images from local storage",
  description:
    "Takes a name from a list; with its last name the list itself goes. The images that it names stay.",
  examples: [{ line: "tspod manifest rm app:1", help: "remove a list" }],
  exitCodes: { 1: "one of the lists did not exist, and nothing else failed" },
  flags: {},
  minOperands: 1,
  complete: "image",
  run(call) {
    return removeEach(call, call.operands, {
      ignore: false,
      remove: async (operand) =>
        removeNamed(call, findList(call.store(), operand), { force: false, all: true }),
    });
  },
});
