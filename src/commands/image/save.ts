import { resolve } from "node:path";
import { type Call, defineCommand } from "../../cli/define-command.ts";
import type { FlagTable } from "../../cli/flags/flag.ts";
import { NotFoundError, TspodError } from "../../errors.ts";
import { imageEvent } from "../../image/event.ts";
import type { NamedImage } from "../../storage/archive/save/docker-archive.ts";
import { appendEvent } from "../../storage/events.ts";
import { resolveImage } from "../../storage/images/image-store.ts";
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
    help: "Write to this file or directory instead of standard output",
  },
  quiet: { type: "boolean", short: "q", help: "Do not tell what is being copied" },
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
    const { saveImages, SAVE_FORMATS } = await import("../../storage/archive/save/save-images.ts");
    const { openArchiveOutput, openDirectoryOutput } = await import("../../os/files/output-file.ts");
    const known = SAVE_FORMATS.find((each) => each === format) ?? "docker-archive";
    const note = quiet || output === undefined ? () => undefined : (line: string) => call.warn(line);
    const layers = compress ? "gzip" : uncompressed ? "plain" : "stored";
    const path = output === undefined ? undefined : resolve(call.cwd, output);
    const how = { format: known, layers, note, signal: call.signal } as const;
    if (path === undefined) {
      await saveImages(call.store(), images, { ...how, output: call.write });
    } else if (known.endsWith("-dir")) {
      using directory = openDirectoryOutput(path);
      await saveImages(call.store(), images, { ...how, output: path });
      directory.keep();
    } else {
      using file = openArchiveOutput(path, {
        asked: output ?? path,
        overwrite: known === "oci-archive",
      });
      await saveImages(call.store(), images, { ...how, output: file.write });
      file.keep();
    }
    for (const { image } of images)
      appendEvent(call.store(), imageEvent("save", { id: image.id, name: output ?? "-" }));
  },
});

/** Each with the names that it gets: those asked for, none for an image that was asked for by its ID. */
function imagesToSave(call: SaveCall): NamedImage[] {
  const [first = "", ...others] = call.operands;
  if (!call.flags["multi-image-archive"]) {
    const { image, names } = findNamed(call, first);
    return [{ image, names: [...others.map(localImageName), ...names] }];
  }
  const found = new Map<string, NamedImage>();
  for (const operand of call.operands) {
    const { image, names } = findNamed(call, operand);
    found.set(image.id, { image, names: [...new Set([...(found.get(image.id)?.names ?? []), ...names])] });
  }
  return [...found.values()];
}

function findNamed(call: SaveCall, text: string): NamedImage {
  const found = resolveImage(call.store(), text);
  if (found === undefined) throw new NotFoundError(`${text}: image not known`);
  // By tag only: `name@sha256:…` is no name that an image could have where it is loaded.
  const { image, name } = found;
  return { image, names: name === undefined || name.includes("@") ? [] : [name] };
}
