import { findContainer } from "../container/find.ts";
import { removeContainer } from "../container/remove.ts";
import { messageChain, NotFoundError, TspodError } from "../errors.ts";
import { digestHex } from "../oci/digest.ts";
import { appendEvent } from "../storage/events.ts";
import {
  imageUsers,
  listImages,
  type ResolvedImage,
  removeImage,
  resolveImage,
  untagImage,
} from "../storage/image-store.ts";
import { engineOf } from "./engine.ts";
import { type Call, defineCommand } from "./framework/define-command.ts";
import type { FlagTable } from "./framework/flag.ts";
import { imageEvent } from "./image-event.ts";
import { removalExitCode } from "./removal-exit-code.ts";

const flags = {
  all: { type: "boolean", short: "a", help: "Remove all images" },
  force: {
    type: "boolean",
    short: "f",
    help: "Remove also images with several names, and the containers made from them",
  },
  ignore: { type: "boolean", short: "i", help: "An image that does not exist is no error" },
  "no-prune": { type: "boolean", help: "Ignored: there are no intermediate images" },
} as const satisfies FlagTable;

type RmiCall = Call<typeof flags>;

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
    2: "one of the images is used by a container",
  },
  flags,
  complete: "image",
  check({ flags, operands }) {
    if (flags.all && operands.length > 0)
      return "when using the --all switch, you may not pass any images names or IDs";
    return flags.all || operands.length > 0 ? undefined : "image name or ID must be specified";
  },
  async run(call) {
    let code = 0;
    for (const operand of call.flags.all ? listImages(call.store()).map(({ id }) => id) : call.operands) {
      try {
        await removeOne(call, operand);
      } catch (error) {
        if (!(error instanceof TspodError)) throw error;
        if (error instanceof NotFoundError && call.flags.ignore) continue;
        call.warn(`Error: ${messageChain(error)}`);
        code = Math.max(code, removalExitCode(error));
      }
    }
    return code;
  },
});

async function removeOne(call: RmiCall, operand: string): Promise<void> {
  const store = call.store();
  const found = resolveImage(store, operand);
  if (found === undefined) throw new NotFoundError(`${operand}: image not known`);
  const { image, name } = found;
  if (name !== undefined && image.names.length > 1) {
    await untagImage(store, image, [name]);
    appendEvent(store, imageEvent("untag", { id: image.id, name }));
    call.print(`Untagged: ${name}`);
    return;
  }
  const { force, all } = call.flags;
  if (image.names.length > 1 && !force && !all) {
    throw new TspodError(
      `unable to delete image "${digestHex(image.id)}" by ID with more than one tag ([${image.names.join(" ")}]): please force removal`,
    );
  }
  await removeWhole(call, found);
}

async function removeWhole(call: RmiCall, { image }: ResolvedImage): Promise<void> {
  const store = call.store();
  if (call.flags.force) await removeUsers(call, imageUsers(store, image));
  await removeImage(store, image);
  for (const name of image.names) {
    appendEvent(store, imageEvent("untag", { id: image.id, name }));
    call.print(`Untagged: ${name}`);
  }
  appendEvent(store, imageEvent("remove", { id: image.id, name: digestHex(image.id) }));
  call.print(`Deleted: ${digestHex(image.id)}`);
}

async function removeUsers(call: RmiCall, ids: readonly string[]): Promise<void> {
  const engine = engineOf(call);
  for (const id of ids) {
    await removeContainer(engine, findContainer(engine, id), {
      force: true,
      volumes: false,
      timeout: 10,
      warn: (line) => call.warn(`WARN[0000] ${line}`),
    });
  }
}
