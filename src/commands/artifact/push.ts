import { pushArtifact } from "../../artifact/push.ts";
import { defineCommand } from "../../cli/define-command.ts";
import { requireWritableFile } from "../../cli/require-file.ts";
import { openProgress } from "../../image/progress.ts";
import { pushFlags, writeDigest } from "../flags/push-flags.ts";
import { pushRetryFlags, registryFlags, registryOptions, retryOptions } from "../flags/registry-flags.ts";

export const command = defineCommand({
  name: "artifact push",
  operands: "ARTIFACT",
  summary: "Push an artifact to a registry",
  description:
    "Sends an artifact to the registry that its name says, byte for byte. What is there already is not sent again.",
  examples: [{ line: "tspod artifact push quay.io/team/config:1", help: "an artifact" }],
  flags: {
    ...registryFlags,
    digestfile: pushFlags.digestfile,
    quiet: { type: "boolean", short: "q", help: "Do not tell what is being copied" },
    ...pushRetryFlags,
  },
  minOperands: 1,
  maxOperands: 1,
  complete: "artifact",
  async run(call) {
    const { digestfile, quiet } = call.flags;
    const options = { ...registryOptions(call), ...retryOptions(call), signal: call.signal };
    if (digestfile !== undefined) requireWritableFile(digestfile, call);
    const progress = await openProgress({
      quiet,
      terminal: call.terminal.stderr,
      write: (line) => call.warn(line),
    });
    writeDigest(call, await pushArtifact(call.store(), call.operands[0] ?? "", { ...options, progress }));
  },
});
