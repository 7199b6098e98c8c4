import { resolve } from "node:path";
import { type Call, defineCommand } from "../../cli/define-command.ts";
import type { FlagTable } from "../../cli/flags/flag.ts";
import { openMeter } from "../../cli/output/meter.ts";
import { withFlagDefaults } from "../../config/flag-defaults.ts";
import { TspodError } from "../../errors.ts";
import { findImage } from "../../image/images.ts";
import type { NamedImage } from "../../image/save.ts";
import { localImageName } from "../flags/local-image-name.ts";

const FORMATS = ["oci-dir", "oci-archive", "docker-dir", "docker-archive"] as const;

const flags = {
  compress: {
    type: "boolean",
    help: "Compress the layers that are stored uncompressed: for docker-dir only",
  },
  format: {
    type: "string",
    value: "FORMAT",
    default: "docker-archive",
    help: `What to write: ${FORMATS.join(", ")}`,
  },
  "multi-image-archive": {
    type: "boolean",
    short: "m",
    help: "The operands are all images, not one image and further names for it: for docker-archive only",
  },
  output: {
    type: "string",
    short: "o",
    value: "PATH",
    complete: "file",
    emptyIsAbsent: true,
    help: "Write to this file or directory instead of standard output",
  },
  "signature-policy": {
    type: "string",
    value: "PATH",
    complete: "file",
    hidden: true,
    help: "Ignored: no signatures are looked at",
  },
  quiet: { type: "boolean", short: "q", help: "Print no progress" },
  uncompressed: { type: "boolean", help: "Write the layers of OCI formats uncompressed" },
} as const satisfies FlagTable;

type SaveCall = Call<typeof flags>;

export const command = defineCommand({
  name: "save",
  operands: "IMAGE [IMAGE...]",
  summary: "Save images to an archive or directory",
  description: `Writes an image so that \`load\`, \`podman load\`, \`docker load\` or skopeo can read it. Its ID stays the same. The OCI formats keep its manifest and layers byte for byte, and so its digest.

    Further operands are more names that the image gets in the archive; with --multi-image-archive they are more images.`,
  examples: [
    { line: "tspod save --output app.tar app:1", help: "an archive for any container engine" },
    { line: "tspod save app | ssh host podman load", help: "an image to another machine" },
    { line: "tspod save --format oci-dir --output layout app", help: "an OCI image layout" },
  ],
  flags,
  complete: "image",
  check({ flags, operands }) {
    if (operands.length === 0) return "need at least 1 argument";
    const format = FORMATS.find((known) => known === flags.format);
    if (format === undefined) return `format value must be one of ${FORMATS.join(" ")}`;
    if (flags.compress && format !== "docker-dir")
      return "--compress can only be set when --format is 'docker-dir'";
    if (flags["multi-image-archive"] && operands.length > 1 && format !== "docker-archive")
      return `unsupported format "${format}" for saving multiple images (only docker-archive)`;
    if (flags.output === undefined && format.endsWith("-dir"))
      return `--output is needed for the format ${format}: it is a directory`;
    return flags.output?.includes(":")
      ? `invalid filename (should not contain ':') "${flags.output}"`
      : undefined;
  },
  async run(call) {
    const { format, output, compress, uncompressed, quiet } = call.flags;
    if (output === undefined && call.terminal.stdout)
      throw new TspodError("refusing to save to terminal. Use -o flag or redirect");
    // zlib, streams, crypto: after what can be said without them.
    const images = imagesToSave(call);
    const { saveImages } = await import("../../image/save.ts");
    using meter = openMeter(call, { quiet: quiet || output === undefined });
    const silent = quiet || output === undefined || meter !== undefined;
    await saveImages(call.store(), images, {
      format,
      layers: compress ? "gzip" : uncompressed ? "plain" : "stored",
      note: silent ? () => undefined : (line) => call.warn(line),
      counter: meter,
      signal: call.signal,
      output: output === undefined ? call.write : { path: resolve(call.cwd, output), asked: output },
    });
  },
});

/** Each with the names that it gets: those asked for, none for an image that was asked for by its ID. */
function imagesToSave(call: SaveCall): NamedImage[] {
  const [first = "", ...others] = call.operands;
  const { flags } = withFlagDefaults(call.flags, call.given, call.conf);
  if (!flags["multi-image-archive"] || flags.format !== "docker-archive") {
    const { image, names } = findNamed(call, first);
    return [{ image, names: [...others.map((text) => localImageName(text)), ...names] }];
  }
  const found = new Map<string, NamedImage>();
  for (const operand of call.operands) {
    const { image, names } = findNamed(call, operand);
    found.set(image.id, { image, names: [...new Set([...(found.get(image.id)?.names ?? []), ...names])] });
  }
  return [...found.values()];
}

function findNamed(call: SaveCall, text: string): NamedImage {
  // By tag only: `name@sha256:…` is no name that an image could have where it is loaded.
  const { image, name } = findImage(call.store(), text);
  return { image, names: name === undefined || name.includes("@") ? [] : [name] };
}
