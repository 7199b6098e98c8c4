import { defineCommand } from "../../cli/define-command.ts";
import type { FlagTable } from "../../cli/flags/flag.ts";
import { withFlagDefaults } from "../../config/flag-defaults.ts";
import { NotFoundError } from "../../errors.ts";
import { resolveImageList } from "../../image/lists.ts";
import { pushList } from "../../image/push/push-list.ts";
import { removeImage } from "../../image/remove.ts";
import { listRegistryFlags, listRegistryOptions } from "../flags/manifest-flags.ts";
import { addedCompressions, pushFlags, pushForm, pushProgress, writeDigest } from "../flags/push-flags.ts";

const flags = {
  ...pushFlags,
  "add-compression": {
    type: "list",
    split: true,
    value: "FORMAT",
    help: "Push each image a second time with layers in this compression (gzip, zstd, zstd:chunked)",
  },
  rm: { type: "boolean", aliases: ["purge"], help: "Remove the list when it is pushed" },
  ...listRegistryFlags,
} as const satisfies FlagTable;

export const command = defineCommand({
  name: "manifest push",
  operands: "LIST [DESTINATION]",
  summary: "Push a list of images to a registry",
  description:
    "Sends the images of a list, then the list itself, to a registry: without DESTINATION to where its own name says. An image that was added from a registry is fetched from there first. With --add-compression the list names each image in these compressions, too, if it has none of the same platform yet; zstd is noted by the annotation io.github.containers.compression.zstd, by which clients choose.",
  examples: [
    { line: "tspod manifest push app:1 docker://quay.io/team/app:1", help: "the list and its images" },
    {
      line: "tspod manifest push --compression-format gzip --add-compression zstd app:1 quay.io/team/app:1",
      help: "for old clients, and for new ones",
    },
    { line: "tspod manifest push --rm app:1 quay.io/team/app:1", help: "and forget it here" },
  ],
  flags,
  minOperands: 1,
  maxOperands: 2,
  complete: ["image", "none"],
  async run(call) {
    const store = call.store();
    const [name = "", destination = name] = call.operands;
    const registry = listRegistryOptions(call);
    const form = pushForm(call, "Choose one of the supported formats: 'oci' or 'v2s2'");
    const { all, rm } = call.flags;
    const { flags: defaulted } = withFlagDefaults(call.flags, call.given, call.conf);
    const asked = (all ? defaulted : call.flags)["add-compression"];
    const addCompression = addedCompressions(asked, { ...form, all });
    const list = resolveImageList(store, name)?.image;
    if (list === undefined)
      throw new NotFoundError(`retrieving local image from image name ${name}: ${name}: image not known`);
    const digest = await pushList(store, list, {
      ...registry,
      ...form,
      destination,
      addCompression,
      all,
      progress: await pushProgress(call),
      signal: call.signal,
    });
    writeDigest(call, digest);
    if (rm) await removeImage(store, list);
  },
});
