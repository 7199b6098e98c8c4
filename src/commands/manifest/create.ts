import { defineCommand } from "../../cli/define-command.ts";
import { addMembers, createListOf } from "../../image/add-members.ts";
import { annotateList } from "../../image/annotate-list.ts";
import { resolveImageList } from "../../image/lists.ts";
import { hostPlatform } from "../../oci/choose-platform.ts";
import { digestHex } from "../../oci/digest.ts";
import { nowRfc3339Nano } from "../../os/time.ts";
import { localImageName } from "../flags/local-image-name.ts";
import { listRegistryFlags, listRegistryOptions, parseIndexAnnotations } from "../flags/manifest-flags.ts";

export const command = defineCommand({
  name: "manifest create",
  operands: "LIST [IMAGE...]",
  summary: "Create a list of images for several platforms",
  description:
    "Makes a list (OCI's image index), empty or of the named images, and prints its ID. How images are named says `manifest add`.",
  examples: [
    { line: "tspod manifest create app:1 app:amd64 app:arm64", help: "a list of two images that are here" },
  ],
  flags: {
    all: { type: "boolean", help: "Of an image that is a list itself, add all its images" },
    annotation: { type: "list", value: "KEY=VALUE", help: "Set an annotation of the list itself" },
    amend: { type: "boolean", short: "a", help: "Add to a list that is there already" },
    ...listRegistryFlags,
  },
  minOperands: 1,
  complete: ["none", "image"],
  async run(call) {
    const store = call.store();
    const [operand = "", ...texts] = call.operands;
    const name = localImageName(operand);
    const registry = listRegistryOptions(call);
    const known = call.flags.amend ? resolveImageList(store, name)?.image : undefined;
    const wanted = {
      ...registry,
      texts,
      all: call.flags.all,
      platform: hostPlatform(process.arch),
      signal: call.signal,
    };
    const annotations = parseIndexAnnotations(call.flags.annotation);
    const created = nowRfc3339Nano();
    if (known !== undefined) {
      await addMembers(store, known.id, wanted);
      if (annotations !== undefined) await annotateList(store, known.id, { annotations });
    }
    const list = known ?? (await createListOf(store, { ...wanted, name, created, annotations }));
    call.print(digestHex(list.id));
  },
});
