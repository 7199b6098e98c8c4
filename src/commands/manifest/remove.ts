import { defineCommand } from "../../cli/define-command.ts";
import { TspodError } from "../../errors.ts";
import { changeImageList } from "../../image/change-list.ts";
import { digestHex } from "../../oci/digest.ts";
import { findList } from "./find-list.ts";
import { parseMemberDigest } from "./parse-member-digest.ts";

export const command = defineCommand({
  name: "manifest remove",
  operands: "LIST DIGEST",
  summary: "Take an image out of a list",
  description:
    "Takes the image with that digest out of the list, and prints the list's ID. The image itself stays.",
  examples: [{ line: "tspod manifest remove app:1 sha256:0dcb…", help: "one platform less" }],
  flags: {},
  minOperands: 2,
  maxOperands: 2,
  complete: ["image", "none"],
  async run(call) {
    const [name = "", text = ""] = call.operands;
    try {
      const digest = parseMemberDigest(text);
      const { image: list } = findList(call.store(), name);
      await changeImageList(call.store(), list.id, ({ index, sources }) => {
        const manifests = index.manifests.filter((entry) => entry.digest !== digest);
        if (manifests.length === index.manifests.length)
          throw new TspodError(
            `no instance matching digest "${digest}" found in manifest list: file does not exist`,
          );
        return { manifests, sources };
      });
      call.print(digestHex(list.id));
    } catch (cause) {
      if (!(cause instanceof TspodError)) throw cause;
      throw new TspodError(`removing from manifest list ${name}`, { cause });
    }
  },
});
