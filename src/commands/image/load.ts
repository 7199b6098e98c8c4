import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { Readable } from "node:stream";
import { type Call, defineCommand } from "../../cli/define-command.ts";
import type { FlagTable } from "../../cli/flags/flag.ts";
import { openMeter } from "../../cli/output/meter.ts";
import { NotFoundError, TspodError } from "../../errors.ts";
import { loadImages } from "../../image/load.ts";
import { hostPlatform } from "../../oci/choose-platform.ts";
import { isWebAddress } from "../../options/web-address.ts";

const flags = {
  input: {
    type: "string",
    short: "i",
    value: "FILE|DIRECTORY|URL",
    complete: "file",
    help: "Read this archive, directory, or what an http or https URL gives, instead of standard input",
  },
  "signature-policy": {
    type: "string",
    value: "PATH",
    complete: "file",
    hidden: true,
    help: "Use this signature policy instead of policy.json",
  },
  quiet: { type: "boolean", short: "q", help: "Print the result alone, not what is being done" },
} as const satisfies FlagTable;

export const command = defineCommand({
  name: "load",
  summary: "Load images from a tar archive",
  description:
    "Loads the images of an archive that `podman save`, `docker save` or a build tool has made: docker-archive or oci-archive, compressed or not. A directory that `save --format oci-dir` or `docker-dir` has made is read too.",
  examples: [
    { line: "tspod load --input app.tar", help: "from a file" },
    { line: "curl -s https://example.com/app.tar.gz | tspod load", help: "from standard input" },
  ],
  flags,
  async run(call) {
    const { input } = call.flags;
    if (input === undefined && call.terminal.stdin) {
      throw new TspodError("cannot read from terminal, use command-line redirection or the --input flag");
    }
    const source = await openSource(call, input);
    const store = call.store();
    const policy = call.flags["signature-policy"];
    using meter = openMeter(call, { quiet: call.flags.quiet });
    const loaded = await loadImages(store, source, {
      asked: input,
      env: call.env,
      platform: hostPlatform(process.arch),
      signaturePolicy: policy ? resolve(call.cwd, policy) : undefined,
      signal: call.signal,
      note: call.flags.quiet || meter !== undefined ? () => undefined : call.warn,
      counter: meter,
    });
    meter?.[Symbol.dispose]();
    for (const { names, id } of loaded) {
      for (const name of names.length === 0 ? [id] : names) call.print(`Loaded image: ${name}`);
    }
  },
});

/** @returns an absolute path, or the bytes that standard input or an URL gives */
async function openSource(call: Call<typeof flags>, input: string | undefined): Promise<string | Readable> {
  if (input === undefined) return process.stdin;
  if (isWebAddress(input)) {
    const { download } = await import("../../image/import.ts");
    return Readable.from(download(input, call), { objectMode: false });
  }
  const path = resolve(call.cwd, input);
  if (!existsSync(path)) throw new NotFoundError(`faccessat ${input}: no such file or directory`);
  return path;
}
