import { defineCommand } from "../../cli/define-command.ts";
import { hostPlatform } from "../../oci/choose-platform.ts";
import { emulatedPlatforms } from "../../system/emulated-platforms.ts";

export const command = defineCommand({
  name: "builder inspect",
  operands: "[NAME]",
  summary: "Show what builds images, and for which platforms",
  description:
    "Prints what Podman prints for programs that ask `docker buildx inspect` whether there is a builder. There is one, `default`, whatever name is given. Platforms are this machine's and those that it emulates (binfmt_misc).",
  examples: [{ line: "tspod buildx inspect", help: "as docker buildx has it" }],
  flags: {
    bootstrap: { type: "boolean", help: "Accepted without effect: there is nothing to start" },
  },
  maxOperands: 1,
  run(call) {
    const { os, architecture } = hostPlatform(process.arch);
    call.print("Name:   default\nDriver: podman\n");
    call.print("Nodes:\nName:             default\nEndpoint:         default\nStatus:           running");
    call.print("Buildkit version: N/A");
    call.print(`Platforms:        ${[`${os}/${architecture}`, ...emulatedPlatforms()].join(", ")}`);
    call.print("Labels: ");
  },
});
