import { type Call, defineCommand } from "../../cli/define-command.ts";
import type { FlagTable } from "../../cli/flags/flag.ts";
import { type MountLine, printMounts } from "../../cli/output/print-mounts.ts";
import { findImage, listAllImages, type StoredImage } from "../../image/images.ts";
import { mountedImage, mountImage } from "../../image/mounted.ts";
import { digestHex } from "../../oci/digest.ts";
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
    const store = call.store();
    const images = all ? listAllImages(store) : call.operands.map((name) => findImage(store, name).image);
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

async function mountOne(call: MountCall, image: StoredImage): Promise<MountLine> {
  const place = { store: call.store(), runtimeDirectory: call.runtimeDirectory };
  return lineOf(image, await mountImage(place, image));
}

function mountedLines(call: MountCall): MountLine[] {
  const place = { store: call.store(), runtimeDirectory: call.runtimeDirectory };
  return listAllImages(place.store).flatMap((image) => {
    const path = mountedImage(place, image);
    return path === undefined ? [] : [lineOf(image, path)];
  });
}

function lineOf({ id, names, manifestDigest }: StoredImage, path: string): MountLine {
  const title = names[0] ?? digestHex(id);
  return { title, path, json: { id: digestHex(id), Names: [manifestDigest], Repositories: names } };
}
