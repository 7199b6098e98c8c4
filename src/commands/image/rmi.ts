import { defineCommand } from "../../cli/define-command.ts";
import type { FlagTable } from "../../cli/flags/flag.ts";
import { DamagedError } from "../../errors.ts";
import { imagesAsAdded } from "../../image/images.ts";
import { findImageOrList, listImageLists } from "../../image/lists.ts";
import { type ImageUsers, removeDamaged, removeNamed } from "../../image/remove.ts";
import { removeImageUsers } from "../../pod/remove-users.ts";
import { engineOf } from "../flags/engine-of.ts";
import { removeEach } from "./remove-each.ts";

const flags = {
  all: { type: "boolean", short: "a", help: "Remove all images" },
  force: {
    type: "boolean",
    short: "f",
    help: "Remove also images with several names, and the containers and volumes made from them",
  },
  ignore: { type: "boolean", short: "i", help: "An image that does not exist is no error" },
  "no-prune": { type: "boolean", help: "Ignored: there are no intermediate images" },
} as const satisfies FlagTable;

export const command = defineCommand({
  name: "rmi",
  operands: "IMAGE [IMAGE...]",
  summary: "Remove images from local storage",
  description: "Takes a name from an image; with its last name, or by its ID, the image itself goes.",
  examples: [
    { line: "tspod rmi alpine", help: "remove an image by its name" },
    { line: "tspod rmi --force --all", help: "remove all images, and the containers made from them" },
  ],
  exitCodes: {
    1: "one of the images did not exist, and nothing else failed",
    2: "one of the images is used by a container or a volume",
  },
  flags,
  complete: "image",
  check({ flags, operands }) {
    if (flags.all && operands.length > 0)
      return "when using the --all switch, you may not pass any images names or IDs";
    return flags.all || operands.length > 0 ? undefined : "image name or ID must be specified";
  },
  run(call) {
    const store = call.store();
    const { all, force, ignore } = call.flags;
    const everything = () => [...imagesAsAdded(store), ...listImageLists(store)].map(({ id }) => id);
    return removeEach(call, all ? everything() : call.operands, {
      ignore: ignore || force, // as Podman
      async remove(operand) {
        const options = {
          all,
          ...(force && {
            removeUsers: (users: ImageUsers) => removeImageUsers(engineOf(call), users, { timeout: 10 }),
          }),
        };
        try {
          return await removeNamed(store, findImageOrList(store, operand), options);
        } catch (error) {
          if (!(error instanceof DamagedError)) throw error;
          return await removeDamaged(store, operand, options);
        }
      },
    });
  },
});
