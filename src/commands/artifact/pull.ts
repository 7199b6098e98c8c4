import { pullArtifact } from "../../artifact/pull.ts";
import { defineCommand } from "../../cli/define-command.ts";
import { openProgress } from "../../image/progress.ts";
import { registryFlags, registryOptions, retryFlags, retryOptions } from "../flags/registry-flags.ts";

export const command = defineCommand({
  name: "artifact pull",
  operands: "ARTIFACT",
  summary: "Pull an artifact from a registry",
  description:
    "Fetches what a registry has under that name, whatever it is, and keeps it as an artifact. Everything that arrives is verified, and a pull that was interrupted goes on where it was when it is repeated. A name without a registry is one of docker.io.",
  examples: [{ line: "tspod artifact pull quay.io/team/config:1", help: "an artifact" }],
  flags: {
    ...registryFlags,
    quiet: { type: "boolean", short: "q", help: "Do not tell what is being copied" },
    ...retryFlags,
  },
  minOperands: 1,
  maxOperands: 1,
  complete: "artifact",
  async run(call) {
    const options = { ...registryOptions(call), ...retryOptions(call), signal: call.signal };
    const progress = await openProgress({
      quiet: call.flags.quiet,
      terminal: call.terminal.stderr,
      write: (line) => call.warn(line),
    });
    await pullArtifact(call.store(), call.operands[0] ?? "", { ...options, progress });
  },
});
