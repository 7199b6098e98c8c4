import { resolve } from "node:path";
import { type Call, defineCommand } from "../../cli/define-command.ts";
import type { FlagTable } from "../../cli/flags/flag.ts";
import { type Meter, openMeter } from "../../cli/output/meter.ts";
import { TspodError } from "../../errors.ts";
import { hostPlatform } from "../../oci/choose-platform.ts";
import { counted } from "../../options/format-transfer.ts";
import { applyImageChanges } from "../../options/parse/image-changes.ts";
import { isWebAddress } from "../../options/web-address.ts";
import { nowRfc3339Nano } from "../../os/time.ts";
import { localImageName, twice } from "../flags/local-image-name.ts";

const flags = {
  arch: { type: "string", value: "ARCHITECTURE", help: "The architecture that the image is for" },
  change: {
    type: "list",
    short: "c",
    value: "INSTRUCTION",
    help: "Set something of the image's config: CMD, ENTRYPOINT, ENV, EXPOSE, LABEL, ONBUILD, STOPSIGNAL, USER, VOLUME, WORKDIR",
  },
  message: { type: "string", short: "m", value: "TEXT", help: "The comment in the image's history" },
  os: { type: "string", value: "OS", help: "The operating system that the image is for" },
  "signature-policy": {
    type: "string",
    value: "PATH",
    complete: "file",
    hidden: true,
    help: "Ignored: no signatures are looked at",
  },
  quiet: { type: "boolean", short: "q", help: "Print the image ID only" },
  variant: { type: "string", value: "VARIANT", help: "The variant of the architecture" },
} as const satisfies FlagTable;

export const command = defineCommand({
  name: "import",
  operands: "PATH|URL|- [NAME]",
  summary: "Make an image of a tar archive of a file system",
  description:
    "Makes an image of one layer out of a tar, compressed or not: a file, what an http or https URL gives, or standard input where it is `-`. Prints the image's ID.",
  examples: [
    { line: "tspod import rootfs.tar.gz my-system:1", help: "a file" },
    {
      line: "tspod export web | tspod import --change 'CMD [\"sh\"]' - web-copy",
      help: "a container's file system, as an image without layers",
    },
  ],
  flags,
  minOperands: 1,
  maxOperands: 2,
  complete: ["file", "image"],
  async run(call) {
    const [source = "-", target] = call.operands;
    const { change, message, quiet, arch, os, variant } = call.flags;
    const name = target === undefined ? undefined : localImageName(target, twice(target));
    const process = applyImageChanges({}, change);
    using meter = openMeter(call, { quiet });
    const bytes = await openSource(call, { source, meter });
    const { importImage } = await import("../../image/import.ts");
    const host = hostPlatform(globalThis.process.arch);
    const image = await importImage(call.store(), counted(bytes, meter), {
      name,
      process,
      comment: message ?? "imported from tarball",
      created: nowRfc3339Nano(),
      platform: {
        os: os ?? host.os,
        architecture: arch ?? host.architecture,
        ...(variant === undefined ? {} : { variant }),
      },
      signal: call.signal,
      note: quiet || meter !== undefined ? () => undefined : (line) => call.warn(line),
    });
    call.print(image.id);
  },
});

async function openSource(
  call: Call<typeof flags>,
  { source, meter }: { readonly source: string; readonly meter: Meter | undefined },
): Promise<AsyncIterable<Uint8Array>> {
  meter?.begin("Importing");
  const { download, openTarFile } = await import("../../image/import.ts");
  if (isWebAddress(source)) {
    if (!call.flags.quiet) call.warn(`Downloading from "${source}"`);
    return download(source, call);
  }
  if (source !== "-") {
    const { size, stream } = openTarFile(resolve(call.cwd, source), source);
    meter?.begin("Importing", size);
    return stream;
  }
  if (call.terminal.stdin) throw new TspodError("cannot read from terminal, use command-line redirection");
  return process.stdin;
}
