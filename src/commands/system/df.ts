import { type Artifact, artifactsSize, listArtifacts } from "../../artifact/artifacts.ts";
import { type CacheItem, cacheUsage } from "../../build/cache/cache-usage.ts";
import { reclaimed } from "../../build/cache/prune-cache.ts";
import { type Call, defineCommand } from "../../cli/define-command.ts";
import type { FlagTable } from "../../cli/flags/flag.ts";
import { printJson } from "../../cli/output/json.ts";
import { printReport } from "../../cli/output/report.ts";
import { renderTable } from "../../cli/output/table.ts";
import { type DiskUsage, diskUsage } from "../../container/report/disk-usage.ts";
import { isActive } from "../../container/state/state.ts";
import { repositoryAndTag } from "../../image/name-parts.ts";
import { digestHex } from "../../oci/digest.ts";
import { shortId } from "../../oci/short-id.ts";
import { psRow } from "../../podman/container-row.ts";
import { humanDuration } from "../../podman/human-duration.ts";
import { humanSize } from "../../podman/human-size.ts";
import { templateFlag } from "../flags/list-flags.ts";

const flags = {
  format: templateFlag("Print with a Go template, as a table of one, or as json"),
  verbose: { type: "boolean", short: "v", help: "Show each image, container and volume" },
} as const satisfies FlagTable;

export const command = defineCommand({
  name: "system df",
  summary: "Show how much disk space images, containers and volumes take",
  description:
    "RECLAIMABLE is what their removal would free where nothing uses them: images without containers, containers that do not run, volumes without containers. What images share counts once.",
  examples: [
    { line: "tspod system df", help: "the sums" },
    { line: "tspod system df --verbose", help: "each image, container and volume" },
  ],
  flags,
  check: ({ flags }) =>
    flags.verbose && flags.format !== undefined ? "cannot combine --format and --verbose flags" : undefined,
  async run(call) {
    const { format, verbose } = call.flags;
    const cached = cacheUsage(call.store());
    const usage = diskUsage({ store: call.store(), runtimeDirectory: call.runtimeDirectory });
    if (verbose) return printEach(call, usage);
    const rows = summaryRows(usage, cached, listArtifacts(call.store()));
    if (printJson(call.print, rows, { format, indent: 4 })) return;
    await printReport(call, rows, {
      name: "df",
      format,
      columns: [
        ["TYPE", (row) => row.Type],
        ["TOTAL", (row) => String(row.Total)],
        ["ACTIVE", (row) => String(row.Active)],
        ["SIZE", (row) => row.Size],
        ["RECLAIMABLE", (row) => row.Reclaimable],
      ],
    });
  },
});

function summaryRows(
  { images, containers, volumes, imagesSize, imagesReclaimable }: DiskUsage,
  cached: readonly CacheItem[],
  artifacts: readonly Artifact[],
) {
  const bytes = (list: readonly { size: number }[]) => list.reduce((sum, { size }) => sum + size, 0);
  const idle = containers.filter(({ container }) => !isActive(container.state));
  const unused = volumes.filter(({ links }) => links === 0);
  return [
    summaryRow("Images", {
      total: images.length,
      active: images.filter((image) => image.containers > 0).length,
      size: imagesSize,
      reclaimable: imagesReclaimable,
    }),
    summaryRow("Containers", {
      total: containers.length,
      active: containers.length - idle.length,
      size: bytes(containers),
      reclaimable: bytes(idle),
    }),
    summaryRow("Local Volumes", {
      total: volumes.length,
      active: volumes.length - unused.length,
      size: bytes(volumes),
      reclaimable: bytes(unused),
    }),
    // Which Podman's table leaves out: only where there are some.
    ...(artifacts.length === 0
      ? []
      : [
          summaryRow("Artifacts", {
            total: artifacts.length,
            active: 0,
            size: artifactsSize(artifacts),
            reclaimable: artifactsSize(artifacts),
          }),
        ]),
    // Docker's row, which Podman has not: only where there is something.
    ...(cached.length === 0
      ? []
      : [
          summaryRow("Build Cache", {
            total: cached.length,
            active: 0,
            size: bytes(cached),
            reclaimable: reclaimed(cached),
          }),
        ]),
  ];
}

function summaryRow(
  type: string,
  { total, active, size, reclaimable }: { total: number; active: number; size: number; reclaimable: number },
) {
  const percent = size === 0 ? 0 : Math.round((reclaimable / size) * 100);
  return {
    Type: type,
    Total: total,
    Active: active,
    RawSize: size,
    RawReclaimable: reclaimable,
    TotalCount: total,
    Size: humanSize(size),
    Reclaimable: `${humanSize(reclaimable)} (${percent}%)`,
  };
}

function printEach({ write }: Pick<Call, "write">, { images, containers, volumes }: DiskUsage): void {
  const now = Date.now();
  const since = (created: string | undefined) =>
    humanDuration((now - (Date.parse(created ?? "") || 0)) / 1000);
  const imageLines = images.flatMap(({ image, shared, unique, containers: users }) =>
    (image.names.length === 0 ? [undefined] : image.names).map((name) => {
      const { repository, tag } = repositoryAndTag(name);
      const id = shortId(digestHex(image.id));
      const sizes = [image.size, shared, unique].map((size) => humanSize(size));
      return [repository, tag, id, since(image.config.created), ...sizes, String(users)];
    }),
  );
  const containerLines = containers.map(({ container, size }) => {
    const row = psRow(container, { now, noTrunc: false });
    const { record, state } = container;
    return [
      row.ID,
      row.ImageID,
      row.Command,
      String(record.volumes.length),
      humanSize(size),
      since(record.created),
      state.status,
      record.name,
    ];
  });
  write(
    [
      "Images space usage:\n\n",
      renderTable([IMAGE_HEADINGS, ...imageLines]),
      "\nContainers space usage:\n\n",
      renderTable([CONTAINER_HEADINGS, ...containerLines]),
      "\nLocal Volumes space usage:\n\n",
      renderTable([
        ["VOLUME NAME", "LINKS", "SIZE"],
        ...volumes.map(({ name, links, size }) => [name, String(links), humanSize(size)]),
      ]),
    ].join(""),
  );
}

const IMAGE_HEADINGS = [
  "REPOSITORY",
  "TAG",
  "IMAGE ID",
  "CREATED",
  "SIZE",
  "SHARED SIZE",
  "UNIQUE SIZE",
  "CONTAINERS",
];
const CONTAINER_HEADINGS = [
  "CONTAINER ID",
  "IMAGE",
  "COMMAND",
  "LOCAL VOLUMES",
  "SIZE",
  "CREATED",
  "STATUS",
  "NAMES",
];
