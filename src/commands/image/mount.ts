import { type Call, defineCommand } from "../../cli/define-command.ts";
import type { FlagTable } from "../../cli/flags/flag.ts";
import { type MountLine, printMounts } from "../../cli/output/print-mounts.ts";
import { mountedImage, mountImage } from "../../container/mounted.ts";
import { NotFoundError } from "../../errors.ts";
import { imageEvent } from "../../image/event.ts";
import { digestHex } from "../../oci/digest.ts";
import { appendEvent } from "../../storage/events.ts";
import { listImages, resolveImage, type StoredImage } from "../../storage/images/image-store.ts";
import { requireUnshare } from "../flags/in-unshare.ts";

const flags = {
  all: { type: "boolean", short: "a", help: "Mount all images" },
  format: { type: "string", value: "FORMAT", help: "List what is mounted as json" },
} as const satisfies FlagTable;

export const command = defineCommand({
  name: "image mount",
  operands: "[IMAGE...]",
  summary: "Mount the root filesystems of images",
  description:
    "Mounts the files of images, read-only, and prints where; without an image it lists what is mounted. The mounts are made in the mount namespace of a `tspod unshare`, which this command must be run in, and go with it.",
  examples: [
    { line: "tspod unshare sh -c 'ls $(tspod image mount alpine)/etc'", help: "look into an image" },
  ],
  flags,
  complete: "image",
  check: ({ flags, operands }) =>
    flags.all && operands.length > 0
      ? "when using the --all switch, you may not pass any image names or IDs"
      : undefined,
  async run(call) {
    requireUnshare(call);
    const { all, format } = call.flags;
    const images = all ? listImages(call.store()) : call.operands.map((name) => find(call, name));
    const lines =
      images.length === 0 && !all
        ? mountedLines(call)
        : await Promise.all(images.map((image) => mountOne(call, image)));
    const [only] = lines;
    if (call.operands.length === 1 && !format && only !== undefined) call.print(only.path);
    else printMounts(call, lines, format);
  },
});

type MountCall = Call<typeof flags>;

function find(call: MountCall, name: string): StoredImage {
  const found = resolveImage(call.store(), name);
  if (found === undefined) throw new NotFoundError(`${name}: image not known`);
  return found.image;
}

async function mountOne(call: MountCall, image: StoredImage): Promise<MountLine> {
  const store = call.store();
  const path = await mountImage({ store, runtimeDirectory: call.runtimeDirectory, image });
  appendEvent(store, imageEvent("mount", { id: image.id, name: image.names[0] ?? digestHex(image.id) }));
  return lineOf(image, path);
}

function mountedLines({ store, runtimeDirectory }: MountCall): MountLine[] {
  return listImages(store()).flatMap((image) => {
    const path = mountedImage({ runtimeDirectory, image });
    return path === undefined ? [] : [lineOf(image, path)];
  });
}

function lineOf({ id, names, manifestDigest }: StoredImage, path: string): MountLine {
  const title = names[0] ?? digestHex(id);
  return { title, path, json: { id: digestHex(id), Names: [manifestDigest], Repositories: names } };
}
