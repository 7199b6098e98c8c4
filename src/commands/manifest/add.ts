import { defineCommand } from "../../cli/define-command.ts";
import { addMembers } from "../../image/add-members.ts";
import { hostPlatform } from "../../oci/choose-platform.ts";
import { digestHex } from "../../oci/digest.ts";
import { entryChange, entryFlags, listRegistryFlags, listRegistryOptions } from "../flags/manifest-flags.ts";
import { findList } from "./find-list.ts";

export const command = defineCommand({
  name: "manifest add",
  operands: "LIST IMAGE [IMAGE...]",
  summary: "Add images to a list",
  description: `Adds images to a list, and prints the list's ID. An IMAGE is one that is here, or else one in a registry; containers-storage: and docker:// before its name say which. Of one in a registry only the manifest is fetched now, the rest when the list is pushed.

    The flags say what the list is to tell of the images; without them that is what the images' configurations say.`,
  examples: [
    { line: "tspod manifest add app:1 app:arm64", help: "an image that is here" },
    {
      line: "tspod manifest add --all app:1 docker://quay.io/team/app:1",
      help: "all images of a list in a registry",
    },
  ],
  flags: {
    all: { type: "boolean", help: "Of an image that is a list itself, add all its images" },
    ...entryFlags,
    ...listRegistryFlags,
  },
  minOperands: 2,
  complete: "image",
  async run(call) {
    const store = call.store();
    const { flags } = call;
    const [name = "", ...texts] = call.operands;
    const registry = listRegistryOptions(call);
    const { image: list } = findList(store, name);
    await addMembers(store, list.id, {
      ...registry,
      texts,
      all: flags.all,
      platform: hostPlatform(process.arch),
      signal: call.signal,
      change: entryChange(flags),
    });
    call.print(digestHex(list.id));
  },
});
