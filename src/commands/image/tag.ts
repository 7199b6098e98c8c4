import { defineCommand } from "../../cli/define-command.ts";
import { NotFoundError } from "../../errors.ts";
import { imageEvent } from "../../image/event.ts";
import { appendEvent } from "../../storage/events.ts";
import { resolveAny } from "../../storage/images/image-list.ts";
import { tagImage } from "../../storage/images/image-store.ts";
import { localImageName } from "../flags/local-image-name.ts";

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
    const found = resolveAny(store, operand);
    if (found === undefined) throw new NotFoundError(`${operand}: image not known`);
    for (const name of targets.map(localImageName)) {
      await tagImage(store, found.image, name);
      appendEvent(store, imageEvent("tag", { id: found.image.id, name }));
    }
  },
});
