import { defineCommand } from "../../cli/define-command.ts";
import { printJson } from "../../cli/output/json.ts";
import { printReport } from "../../cli/output/report.ts";
import { inspectVolume } from "../../podman/inspect/volume.ts";
import { volumeFilter } from "../../volume/filter.ts";
import { hasOwner, listVolumes, needsCopyUp, volumeData } from "../../volume/volumes.ts";
import { listFilter, templateFlag } from "../flags/list-flags.ts";

export const command = defineCommand({
  name: "volume ls",
  summary: "List volumes",
  description: "Lists all volumes by their names.",
  examples: [
    {
      line: "tspod volume ls --quiet --filter dangling=true",
      help: "names of the volumes that no container uses",
    },
  ],
  flags: {
    filter: listFilter("Show only volumes that fit: name, label, driver, opt, scope, dangling"),
    format: templateFlag("Print with a Go template, as a table of one, or as json"),
    noheading: { type: "boolean", short: "n", help: "Print no column headings" },
    quiet: { type: "boolean", short: "q", help: "Print names only" },
  },
  check({ flags, given }) {
    return flags.quiet && given.has("format") ? "quiet and format flags cannot be used together" : undefined;
  },
  async run(call) {
    const { flags } = call;
    const store = call.store();
    const volumes = listVolumes(store).filter(volumeFilter(store, flags.filter, { now: Date.now() }));
    if (flags.quiet) {
      for (const { name } of volumes) call.print(name);
      return;
    }
    const rows = volumes.map((volume) =>
      inspectVolume(volume, {
        mountpoint: volumeData(store, volume.name),
        mountCount: 0,
        needsCopyUp: needsCopyUp(store, volume.name),
        needsChown: !hasOwner(store, volume.name),
      }),
    );
    if (printJson(call.print, rows, { format: flags.format, indent: 2 })) return;
    await printReport(call, rows, {
      name: "ls",
      format: flags.format,
      columns: [
        ["DRIVER", (row) => row.Driver],
        ["VOLUME NAME", (row) => row.Name],
      ],
      heading: !flags.noheading,
      headings: { Name: "VOLUME NAME" },
      embedded: ["VolumeConfigResponse", "InspectVolumeData"],
    });
  },
});
