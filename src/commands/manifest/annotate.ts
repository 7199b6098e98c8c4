import { defineCommand } from "../../cli/define-command.ts";
import { TspodError } from "../../errors.ts";
import { annotateList } from "../../image/annotate-list.ts";
import { changeImageList } from "../../image/change-list.ts";
import { digestHex } from "../../oci/digest.ts";
import { changeEntry } from "../../oci/list-entry.ts";
import { entryChange, entryFlags, parseIndexAnnotations } from "../flags/manifest-flags.ts";
import { findList } from "./find-list.ts";
import { parseMemberDigest } from "./parse-member-digest.ts";

/** Flags that --index has no use for. */
const OF_ENTRIES = ["arch", "features", "os", "os-features", "os-version", "variant"];

export const command = defineCommand({
  name: "manifest annotate",
  operands: "LIST [DIGEST]",
  summary: "Change what a list notes of an image in it",
  description:
    "Changes the entry of the image with that digest, and prints the list's ID. Annotations take the place of those that the entry had. With --index annotations are added to the list itself; --subject is always about the list.",
  examples: [
    {
      line: "tspod manifest annotate --arch arm64 --variant v8 app:1 sha256:0dcb…",
      help: "say what the image runs on",
    },
  ],
  flags: {
    ...entryFlags,
    index: { type: "boolean", help: "Give --annotation to the list itself, not to an image in it" },
    "os-features": {
      type: "list",
      split: true,
      value: "FEATURE",
      help: "Features of the operating system that the image needs",
    },
    subject: {
      type: "string",
      value: "IMAGE",
      help: "Say that the list is about this image or list, which is here",
    },
  },
  minOperands: 1,
  maxOperands: 2,
  complete: ["image", "none"],
  check({ flags, given, operands }) {
    const [, member] = operands;
    if (!flags.index) return member === undefined ? "expected an instance digest" : undefined;
    if (member !== undefined)
      return `did not expect image or artifact name "${member}" when modifying the entire index`;
    const own = OF_ENTRIES.find((name) => given.has(name));
    return own === undefined
      ? undefined
      : `--${own} is about an image in the list, and --index about the list`;
  },
  async run(call) {
    const store = call.store();
    const { flags } = call;
    const [name = "", text = ""] = call.operands;
    const { image: list } = findList(store, name);
    const subject = flags.subject || undefined;
    const annotations = flags.index ? parseIndexAnnotations(flags.annotation) : undefined;
    const digest = flags.index ? undefined : parseMemberDigest(text);
    if (annotations !== undefined || subject !== undefined)
      await annotateList(store, list.id, { annotations, subject });
    if (digest === undefined) {
      call.print(digestHex(list.id));
      return;
    }
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
