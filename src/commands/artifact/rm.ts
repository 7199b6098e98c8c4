import { removeArtifacts } from "../../artifact/artifacts.ts";
import { defineCommand } from "../../cli/define-command.ts";
import { digestHex } from "../../oci/digest.ts";

export const command = defineCommand({
  name: "artifact rm",
  operands: "ARTIFACT [ARTIFACT...]",
  summary: "Remove artifacts",
  description:
    "Removes artifacts by their names, or the beginnings of their digests, and prints their digests. If one of them is not there all stay. A running container that has one mounted keeps its files until it ends, and can't be started again.",
  examples: [
    { line: "tspod artifact rm quay.io/team/config:1", help: "one artifact" },
    { line: "tspod artifact rm --all", help: "all artifacts" },
  ],
  flags: {
    all: { type: "boolean", short: "a", help: "Remove all artifacts" },
    ignore: { type: "boolean", short: "i", help: "Say nothing of artifacts that are not there" },
  },
  complete: "artifact",
  check({ flags, operands }) {
    if (flags.all && operands.length > 0)
      return "when using the --all switch, you may not pass any artifact names or digests";
    return !flags.all && operands.length === 0
      ? "at least one artifact name or digest must be specified"
      : undefined;
  },
  async run(call) {
    const { all, ignore } = call.flags;
    const removed = await removeArtifacts(call.store(), all ? undefined : call.operands, { ignore });
    for (const digest of removed) call.print(digestHex(digest));
  },
});
