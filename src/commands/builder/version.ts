import { defineCommand } from "../../cli/define-command.ts";
import { BUILDAH_VERSION } from "../../config/product-version.ts";

export const command = defineCommand({
  name: "builder version",
  summary: "Show the version of what builds images",
  description:
    "Prints what Podman prints, the version of the Buildah whose flags these are, as info does: programs ask for it to see whether there is a builder.",
  examples: [{ line: "tspod buildx version", help: "as docker buildx has it" }],
  flags: {},
  maxOperands: 0,
  run(call) {
    call.print(`buildah ${BUILDAH_VERSION}`);
  },
});
