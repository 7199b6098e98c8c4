import { defineCommand } from "../../cli/define-command.ts";
import { forEachOperand } from "../../cli/for-each.ts";
import { findImage, listAllImages } from "../../image/images.ts";
import { unmountImage } from "../../image/mounted.ts";
import { digestHex } from "../../oci/digest.ts";

export const command = defineCommand({
  name: "image unmount",
  operands: "IMAGE [IMAGE...]",
  summary: "Unmount the root filesystems of images",
  description:
    "Undoes what `image mount` did, in the same `tspod unshare`, and prints the IDs: of what was mounted several times, one time.",
  examples: [{ line: "tspod image unmount --all --force", help: "all that is mounted, however often" }],
  flags: {
    all: { type: "boolean", short: "a", help: "Unmount all images that are mounted" },
    force: { type: "boolean", short: "f", help: "Undo all mounts, even of what is in use" },
  },
  complete: "image",
  check({ flags, operands }) {
    if (flags.all && operands.length > 0)
      return "when using the --all switch, you may not pass any image names or IDs";
    return flags.all || operands.length > 0 ? undefined : "image name or ID must be specified";
  },
  async run(call) {
    const store = call.store();
    const { runtimeDirectory } = call;
    const { all, force } = call.flags;
    const place = { store, runtimeDirectory };
    const images = all ? listAllImages(store) : call.operands.map((name) => findImage(store, name).image);
    await forEachOperand(images, {
      warn: (line) => call.warn(line),
      act(image) {
        if (unmountImage(place, image, { force })) call.print(digestHex(image.id));
      },
    });
  },
});
