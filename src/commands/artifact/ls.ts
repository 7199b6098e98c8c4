import { type Artifact, listArtifacts } from "../../artifact/artifacts.ts";
import { defineCommand } from "../../cli/define-command.ts";
import { printJson } from "../../cli/output/json.ts";
import { printReport } from "../../cli/output/report.ts";
import { digestHex } from "../../oci/digest.ts";
import { splitReference } from "../../oci/reference.ts";
import { shortId } from "../../oci/short-id.ts";
import { formatGoTime } from "../../podman/go/value.ts";
import { ago } from "../../podman/human-duration.ts";
import { humanSize } from "../../podman/human-size.ts";
import { templateFlag } from "../flags/list-flags.ts";

/** @see https://github.com/opencontainers/image-spec/blob/main/annotations.md */
const CREATED = "org.opencontainers.image.created";

export const command = defineCommand({
  name: "artifact ls",
  summary: "List artifacts",
  description: "Lists the artifacts that are here, in the order in which they came.",
  examples: [
    { line: "tspod artifact ls", help: "all artifacts" },
    {
      line: "tspod artifact ls --format '{{.Repository}}:{{.Tag}} {{.VirtualSize}}'",
      help: "sizes in bytes",
    },
  ],
  flags: {
    format: templateFlag("Print with a Go template, as a table of one, or as json"),
    "no-trunc": { type: "boolean", help: "Print digests in full" },
    noheading: { type: "boolean", short: "n", help: "Print no column headings" },
  },
  async run(call) {
    const { format, noheading, "no-trunc": isFull } = call.flags;
    const now = Date.now();
    const rows = listArtifacts(call.store()).map((artifact) => row(artifact, { now, isFull }));
    if (printJson(call.print, rows, { format, indent: 2 })) return;
    await printReport(call, rows, {
      name: "ls",
      format,
      columns: [
        ["REPOSITORY", (each) => each.Repository],
        ["TAG", (each) => each.Tag],
        ["DIGEST", (each) => each.Digest],
        ["CREATED", (each) => each.Created],
        ["SIZE", (each) => each.Size],
      ],
      heading: !noheading,
    });
  },
});

function row({ name, digest, manifest }: Artifact, { now, isFull }: { now: number; isFull: boolean }) {
  const { name: repository, tag = "" } = splitReference(name);
  const size = manifest.layers.reduce((sum, layer) => sum + layer.size, 0);
  const createdAt = manifest.annotations?.[CREATED] ?? "";
  const created = Date.parse(createdAt);
  return {
    Digest: isFull ? digestHex(digest) : shortId(digestHex(digest)),
    Repository: repository,
    Size: humanSize(size),
    Tag: tag,
    Created: Number.isNaN(created) ? "" : ago(now, created),
    CreatedAt: Number.isNaN(created) ? "" : formatGoTime(createdAt),
    VirtualSize: String(size),
  };
}
