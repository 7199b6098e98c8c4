import { defineCommand } from "../../cli/define-command.ts";
import { forEachOperand } from "../../cli/for-each.ts";
import { unmountImage } from "../../container/mounted.ts";
import { NotFoundError } from "../../errors.ts";
import { imageEvent } from "../../image/event.ts";
import { digestHex } from "../../oci/digest.ts";
import { appendEvent } from "../../storage/events.ts";
import { listImages, resolveImage } from "../../storage/images/image-store.ts";

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
    const images = all
      ? listImages(store)
      : call.operands.map((name) => {
          const found = resolveImage(store, name);
          if (found === undefined) throw new NotFoundError(`${name}: image not known`);
          return found.image;
        });
    await forEachOperand(images, {
      warn: (line) => call.warn(line),
      act(image) {
        if (!unmountImage({ runtimeDirectory, image }, { force })) return;
        const name = image.names[0] ?? digestHex(image.id);
        appendEvent(store, imageEvent("unmount", { id: image.id, name }));
        call.print(digestHex(image.id));
      },
    });
  },
});
