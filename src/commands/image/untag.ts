import { defineCommand } from "../../cli/define-command.ts";
import { NotFoundError, TspodError } from "../../errors.ts";
import { findImageOrList } from "../../image/lists.ts";
import { hasPinnedName } from "../../image/repo-digests.ts";
import { untagImage } from "../../image/tag.ts";
import { formatReference, parseReference, withoutTagIfDigested } from "../../oci/reference.ts";
import { localImageName } from "../flags/local-image-name.ts";

export const command = defineCommand({
  name: "untag",
  operands: "IMAGE [NAME...]",
  summary: "Remove names from an image",
  description:
    "Takes the names that follow IMAGE from it, or, where it stands alone, all that it has. The image itself stays.",
  examples: [
    { line: "tspod untag alpine base:1", help: "take one of its names from an image" },
    { line: "tspod untag base:1", help: "take all its names from an image" },
  ],
  flags: {},
  minOperands: 1,
  complete: "image",
  async run(call) {
    const store = call.store();
    const [operand = "", ...others] = call.operands;
    const { image } = findImageOrList(store, operand);
    const digest = others.find((name) => name.startsWith("sha256:"));
    if (digest !== undefined) throw new TspodError(`${digest}: untag by digest not supported`);
    const names =
      others.length === 0
        ? image.names
        : others.filter((name) => !hasPinnedName(image, name)).map(untaggedName);
    for (const name of names) {
      if (!image.names.includes(name)) throw new NotFoundError(`${name}: tag not known`);
    }
    await untagImage(store, image, names);
  },
});

function untaggedName(text: string): string {
  const reference = parseReference(text);
  if (reference.digest === undefined) return localImageName(text);
  throw new NotFoundError(`${formatReference(withoutTagIfDigested(reference))}: tag not known`);
}
