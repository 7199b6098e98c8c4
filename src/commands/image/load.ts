import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { defineCommand } from "../../cli/define-command.ts";
import { NotFoundError, TspodError } from "../../errors.ts";
import { loadImages } from "../../image/load.ts";
import { hostPlatform } from "../../oci/choose-platform.ts";

export const command = defineCommand({
  name: "load",
  summary: "Load images from a tar archive",
  description:
    "Loads the images of an archive that `podman save`, `docker save` or a build tool has made: docker-archive or oci-archive, compressed or not.",
  examples: [
    { line: "tspod load --input app.tar", help: "from a file" },
    { line: "curl -s https://example.com/app.tar.gz | tspod load", help: "from standard input" },
  ],
  flags: {
    input: {
      type: "string",
      short: "i",
      value: "FILE",
      complete: "file",
      help: "Read this archive instead of standard input",
    },
    "signature-policy": {
      type: "string",
      value: "PATH",
      complete: "file",
      hidden: true,
      help: "Use this signature policy instead of policy.json",
    },
    quiet: { type: "boolean", short: "q", help: "Accepted: nothing but the result is told" },
  },
  async run(call) {
    const { input } = call.flags;
    if (input === undefined && call.terminal.stdin) {
      throw new TspodError("cannot read from terminal, use command-line redirection or the --input flag");
    }
    const source = input === undefined ? process.stdin : resolve(call.cwd, input);
    const store = call.store();
    const policy = call.flags["signature-policy"];
    if (input !== undefined && !existsSync(input))
      throw new NotFoundError(`faccessat ${input}: no such file or directory`);
    const loaded = await loadImages(store, source, {
      asked: input,
      env: call.env,
      platform: hostPlatform(process.arch),
      signaturePolicy: policy ? resolve(call.cwd, policy) : undefined,
      signal: call.signal,
    });
    for (const { names, id } of loaded) {
      for (const name of names.length === 0 ? [id] : names) call.print(`Loaded image: ${name}`);
    }
  },
});
