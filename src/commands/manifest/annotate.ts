import { defineCommand } from "../../cli/define-command.ts";
import { TspodError } from "../../errors.ts";
import { changeImageList } from "../../image/change-list.ts";
import { digestHex } from "../../oci/digest.ts";
import { changeEntry } from "../../oci/list-entry.ts";
import { entryChange, entryFlags } from "../flags/manifest-flags.ts";
import { findList } from "./find-list.ts";
import { parseMemberDigest } from "./parse-member-digest.ts";

export const command = defineCommand({
  name: "manifest annotate",
  operands: "LIST DIGEST",
  summary: "Change what a list notes of an image in it",
  description:
    "Changes the entry of the image with that digest, and prints the list's ID. Annotations take the place of those that the entry had.",
  examples: [
    {
      line: "tspod manifest annotate --arch arm64 --variant v8 app:1 sha256:0dcb…",
      help: "say what the image runs on",
    },
  ],
  flags: {
    ...entryFlags,
    "os-features": {
      type: "list",
      split: true,
      value: "FEATURE",
      help: "Features of the operating system that the image needs",
    },
  },
  minOperands: 2,
  maxOperands: 2,
  complete: ["image", "none"],
  async run(call) {
    const store = call.store();
    const { flags } = call;
    const [name = "", text = ""] = call.operands;
    const digest = parseMemberDigest(text);
    const { image: list } = findList(store, name);
    const osFeatures = flags["os-features"].length === 0 ? undefined : flags["os-features"];
    const change = { ...entryChange(flags), osFeatures };
    await changeImageList(store, list.id, ({ index, sources }) => {
      if (!index.manifests.some((entry) => entry.digest === digest)) {
        throw new TspodError(
          `no Docker manifest matching digest "${digest}" was found in list: no image instance matching the specified digest was found in the list or index`,
        );
      }
      const manifests = index.manifests.map((entry) =>
        entry.digest === digest ? changeEntry(entry, change) : entry,
      );
      return { manifests, sources };
    });
    call.print(digestHex(list.id));
  },
});
