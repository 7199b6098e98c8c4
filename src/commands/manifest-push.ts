import { resolve } from "node:path";
import { NotFoundError, TspodError } from "../errors.ts";
import { openProgress } from "../image/progress.ts";
import { hostPlatform } from "../oci/choose-platform.ts";
import { parseImagePlace } from "../oci/parse/image-place.ts";
import { writeFileAtomic } from "../os/write-file-atomic.ts";
import { appendEvent } from "../storage/events.ts";
import { resolveImageList } from "../storage/image-list.ts";
import { removeImage } from "../storage/image-store.ts";
import { type Call, defineCommand } from "./framework/define-command.ts";
import type { FlagTable } from "./framework/flag.ts";
import { imageEvent } from "./image-event.ts";
import { listRegistryFlags, listRegistryOptions } from "./manifest/flags.ts";

const FORMATS = { oci: "oci", v2s2: "docker", docker: "docker" } as const;

const flags = {
  all: { type: "boolean", default: true, help: "Push also the images that the list names" },
  "compression-format": {
    type: "string",
    value: "FORMAT",
    help: "Compress layers with gzip or zstd (default: as they are stored)",
  },
  digestfile: {
    type: "string",
    value: "PATH",
    complete: "file",
    help: "Write the digest of the pushed list to this file",
  },
  format: {
    type: "string",
    short: "f",
    value: "FORMAT",
    help: "Manifest type: oci or v2s2 (default: as it is stored)",
  },
  quiet: { type: "boolean", short: "q", help: "Do not tell what is being copied" },
  "remove-signatures": { type: "boolean", help: "Discard signatures: tspod stores none" },
  rm: { type: "boolean", aliases: ["purge"], help: "Remove the list when it is pushed" },
  ...listRegistryFlags,
} as const satisfies FlagTable;

export const command = defineCommand({
  name: "manifest push",
  operands: "LIST DESTINATION",
  summary: "Push a list of images to a registry",
  description:
    "Sends the images of a list, then the list itself, to a registry. An image that was added from a registry is fetched from there first.",
  examples: [
    { line: "tspod manifest push app:1 docker://quay.io/team/app:1", help: "the list and its images" },
    { line: "tspod manifest push --rm app:1 quay.io/team/app:1", help: "and forget it here" },
  ],
  flags,
  minOperands: 2,
  maxOperands: 2,
  complete: ["image", "none"],
  async run(call) {
    const store = call.store();
    const [name = "", destination = ""] = call.operands;
    const { format, "compression-format": compression, all, digestfile } = call.flags;
    const kind = Object.entries(FORMATS).find(([each]) => each === format)?.[1];
    if (format !== undefined && kind === undefined)
      throw new TspodError(
        `unknown format "${format}". Choose one of the supported formats: 'oci' or 'v2s2'`,
      );
    if (compression !== undefined && compression !== "gzip" && compression !== "zstd")
      throw new TspodError(`cannot find compressor for "${compression}"`);
    const list = resolveImageList(store, name)?.image;
    if (list === undefined)
      throw new NotFoundError(`retrieving local image from image name ${name}: ${name}: image not known`);
    const place = parseImagePlace(destination);
    if (place.transport !== "docker")
      throw new TspodError(`a list can be pushed to a registry only, not to "${destination}"`);
    const options = { ...listRegistryOptions(call), signal: call.signal };
    const progress = await progressOf(call);
    if (all) {
      const { fetchMembers } = await import("../image/list-members.ts");
      await fetchMembers(store, list, { ...options, progress, platform: hostPlatform(process.arch) });
    }
    const { pushToRegistry } = await import("../image/push.ts");
    const source = { mediaType: list.mediaType, digest: list.manifestDigest };
    const digest = await pushToRegistry(store, source, {
      ...options,
      progress,
      destination: place.reference,
      ...(kind !== undefined && { format: kind }),
      ...(compression !== undefined && { compression }),
      ...(!all && { instances: [] }),
    });
    if (digestfile !== undefined) writeFileAtomic(resolve(call.cwd, digestfile), digest, { mode: 0o644 });
    appendEvent(store, imageEvent("push", { id: list.id, name: destination }));
    if (call.flags.rm) await removeImage(store, list);
  },
});

function progressOf(call: Call<typeof flags>): ReturnType<typeof openProgress> {
  return openProgress({
    quiet: call.flags.quiet,
    terminal: call.terminal.stderr,
    write: (line) => call.warn(line),
  });
}
