import { type Call, defineCommand } from "../../cli/define-command.ts";
import { forEachOperand } from "../../cli/for-each.ts";
import { openProgress } from "../../image/progress.ts";
import { listRepositoryTags, type PullOptions, pullImage, pullImagesOfFiles } from "../../image/pull/pull.ts";
import { parsePullPolicy } from "../../image/pull/pull-policy.ts";
import { hostPlatform, wantedPlatform } from "../../oci/choose-platform.ts";
import { digestHex } from "../../oci/digest.ts";
import { askedPlatform } from "../../options/asked-platform.ts";
import { platformFlags } from "../flags/platform-flags.ts";
import { registryFlags, registryOptions, retryFlags, retryOptions } from "../flags/registry-flags.ts";

const flags = {
  "all-tags": { type: "boolean", short: "a", help: "Pull all tags of the repository" },
  "disable-content-trust": { type: "boolean", hidden: true, help: "Ignored, as by Podman" },
  policy: {
    type: "string",
    value: "POLICY",
    default: "always",
    help: "When to pull: missing, always, never, newer",
  },
  quiet: { type: "boolean", short: "q", help: "Print the image ID only" },
  ...platformFlags,
  ...registryFlags,
  ...retryFlags,
} as const;

export const command = defineCommand({
  name: "pull",
  operands: "IMAGE [IMAGE...]",
  summary: "Pull images from a registry",
  description:
    "Everything that arrives is verified. A pull that was interrupted goes on where it was when it is repeated. " +
    "The ID of the image is printed; progress goes to standard error.\n\n" +
    "A name without a registry is looked up in the aliases and the search registries of registries.conf; " +
    "where that says nothing, it means docker.io.\n\n" +
    "Images also come from files: docker-archive:PATH\\[:NAME\\], oci-archive:PATH\\[:NAME\\], oci:PATH\\[:NAME\\] and dir:PATH.",
  examples: [
    { line: "tspod pull alpine", help: "docker.io/library/alpine:latest" },
    { line: "tspod pull --platform linux/arm64 quay.io/podman/hello", help: "the image for another machine" },
    { line: "tspod pull --tls-verify=false localhost:5000/app", help: "from a registry without TLS" },
  ],
  flags,
  minOperands: 1,
  complete: "image",
  async run(call) {
    const asked = askedPlatform(call.flags);
    const options: PullOptions = {
      ...registryOptions(call),
      ...retryOptions(call),
      platform: wantedPlatform(hostPlatform(process.arch), asked),
      platformAsked: Object.keys(asked).length > 0,
      policy: parsePullPolicy(call.flags.policy),
      signal: call.signal,
    };
    await forEachOperand(call.operands, {
      warn: (line) => call.warn(line),
      async act(operand) {
        const names = call.flags["all-tags"] ? await listRepositoryTags(operand, options) : [operand];
        for (const name of names) await pullOne(call, name, options);
      },
    });
  },
});

async function pullOne(call: Call<typeof flags>, name: string, options: PullOptions): Promise<void> {
  const progress = await openProgress({
    quiet: call.flags.quiet,
    terminal: call.terminal.stderr,
    write: (line) => call.warn(line),
  });
  const all = { ...options, progress };
  const ids =
    (await pullImagesOfFiles(call.store(), name, all)) ??
    [await pullImage(call.store(), name, all)].map(({ id }) => id);
  for (const id of ids) call.print(digestHex(id));
  call.flush();
}
