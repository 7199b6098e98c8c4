import { defineCommand } from "../../cli/define-command.ts";
import { findImageOrList } from "../../image/lists.ts";
import { tagImage } from "../../image/tag.ts";
import { localImageName, twice } from "../flags/local-image-name.ts";

export const command = defineCommand({
  name: "tag",
  operands: "IMAGE TARGET_NAME [TARGET_NAME...]",
  summary: "Add names to an image",
  description:
    "Gives an image further names. A name that another image has is taken from it. A name without a registry is one of this machine: localhost/NAME.",
  examples: [{ line: "tspod tag alpine base:1", help: "alpine is localhost/base:1 too" }],
  flags: {},
  minOperands: 2,
  complete: "image",
  async run(call) {
    const store = call.store();
    const [operand = "", ...targets] = call.operands;
    const { image } = findImageOrList(store, operand);
    const names = targets.map((asked) => ({ name: localImageName(asked, twice(asked)), asked }));
    for (const each of names) await tagImage(store, image, each);
  },
});
