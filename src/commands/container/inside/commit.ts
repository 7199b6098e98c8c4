import { resolve } from "node:path";
import { defineCommand } from "../../../cli/define-command.ts";
import { openMeter } from "../../../cli/output/meter.ts";
import { requireFile, requireWritableFile } from "../../../cli/require-file.ts";
import { findContainer } from "../../../container/state/find.ts";
import { TspodError } from "../../../errors.ts";
import { digestHex } from "../../../oci/digest.ts";
import type { ImageProcessConfig } from "../../../oci/image-config.ts";
import { parseProcessConfig } from "../../../oci/parse-image-config.ts";
import { mergeConfig } from "../../../options/merge-config.ts";
import { applyImageChanges } from "../../../options/parse/image-changes.ts";
import { readSmallFile } from "../../../os/files/read-small-file.ts";
import { writeFileAtomic } from "../../../os/files/write-file-atomic.ts";
import { nowRfc3339Nano } from "../../../os/time.ts";
import { engineOf } from "../../flags/engine-of.ts";
import { localImageName } from "../../flags/local-image-name.ts";

const FORMATS = ["oci", "docker"] as const;

export const command = defineCommand({
  name: "commit",
  operands: "CONTAINER [IMAGE]",
  summary: "Make an image of a container's files and settings",
  description:
    "What the container has changed becomes one more layer on its image; volumes and other mounts stay out. The image gets the settings that it was created with. Prints the image's ID.",
  examples: [
    { line: "tspod commit web my-web:1", help: "a container as an image" },
    {
      line: "tspod commit --change 'CMD [\"nginx\"]' --author me --squash web",
      help: "with another command, an author, and a single layer",
    },
  ],
  flags: {
    author: { type: "string", short: "a", value: "NAME", help: "Who made the image" },
    change: {
      type: "list",
      short: "c",
      value: "INSTRUCTION",
      help: "Set something of the image's config: CMD, ENTRYPOINT, ENV, EXPOSE, LABEL, ONBUILD, STOPSIGNAL, USER, VOLUME, WORKDIR",
    },
    config: {
      type: "string",
      value: "FILE",
      complete: "file",
      help: "Merge the settings in this JSON file (Cmd, Env, Labels, …: an image's config) into the new image",
    },
    format: {
      type: "string",
      short: "f",
      value: "FORMAT",
      default: "oci",
      help: "Format of the manifest: oci or docker",
    },
    iidfile: { type: "string", value: "FILE", complete: "file", help: "Write the image's ID to this file" },
    "include-volumes": {
      type: "boolean",
      help: "Make the container's named volumes volumes of the image, too",
    },
    message: {
      type: "string",
      short: "m",
      value: "TEXT",
      emptyIsAbsent: true,
      help: "The comment in the image's history: for the docker format only",
    },
    pause: {
      type: "boolean",
      short: "p",
      help: "Pause the container's processes meanwhile, so that its files belong together",
    },
    quiet: { type: "boolean", short: "q", help: "Print the image ID only" },
    squash: { type: "boolean", short: "s", help: "Make a single layer with all files" },
  },
  minOperands: 1,
  maxOperands: 2,
  complete: ["container", "image"],
  check({ flags: { format, message } }) {
    if (!FORMATS.some((known) => known === format)) return `unrecognized image format "${format}"`;
    return message !== undefined && format !== "docker"
      ? "messages are only compatible with the docker image format (-f docker)"
      : undefined;
  },
  async run(call) {
    const { author, format, iidfile, message, pause, quiet, squash } = call.flags;
    const change = call.flags.change.filter((text) => text !== "");
    const [operand = "", target = ""] = call.operands;
    const name =
      target === "" ? undefined : localImageName(target, `parsing reference ${JSON.stringify(target)}`);
    if (iidfile !== undefined) requireWritableFile(iidfile, call);
    const override = call.flags.config === undefined ? {} : readOverride(call.flags.config, call);
    applyImageChanges(override, change); // a mistake in them is reported before anything is made
    const engine = engineOf(call);
    const container = findContainer(engine, operand);
    using meter = openMeter(call, { quiet });
    meter?.begin("Packing files");
    const { commitContainer } = await import("../../../container/commit.ts");
    const { id } = await commitContainer(engine, container, {
      name,
      author,
      message,
      format: format === "docker" ? "docker" : "oci",
      pause,
      squash,
      change: (config) => applyImageChanges(mergeConfig(config, override), change),
      includeVolumes: call.flags["include-volumes"],
      created: nowRfc3339Nano(),
      signal: call.signal,
      note: quiet || meter !== undefined ? () => undefined : (line) => call.warn(line),
      counter: meter,
    });
    if (iidfile !== undefined) writeId(resolve(call.cwd, iidfile), digestHex(id));
    call.print(digestHex(id));
  },
});

/** @throws {TspodError} If it can't be read, or is no config. */
function readOverride(path: string, { cwd }: { readonly cwd: string }): ImageProcessConfig {
  requireFile(path, { cwd });
  return parseProcessConfig(readSmallFile(resolve(cwd, path)).toString(), path);
}

function writeId(path: string, id: string): void {
  try {
    writeFileAtomic(path, id, { mode: 0o644 });
  } catch (cause) {
    throw new TspodError(`writing the image ID to "${path}"`, { cause });
  }
}
