import { type Call, defineCommand } from "../../cli/define-command.ts";
import type { FlagTable } from "../../cli/flags/flag.ts";
import { printJson } from "../../cli/output/json.ts";
import { type Column, printReport } from "../../cli/output/report.ts";
import { messageChain, TspodError } from "../../errors.ts";
import { openProgress } from "../../image/progress.ts";
import { hostPlatform, wantedPlatform } from "../../oci/choose-platform.ts";
import { shortId } from "../../oci/short-id.ts";
import { autoUpdate, type UpdateReport } from "../../systemd/auto-update/auto-update.ts";
import { templateFlag } from "../flags/list-flags.ts";
import { registryFlags, registryOptions } from "../flags/registry-flags.ts";

const flags = {
  ...registryFlags,
  "dry-run": { type: "boolean", help: "Only look which images are newer" },
  format: templateFlag("Print with a Go template, as a table of one, or as json"),
  rollback: {
    type: "boolean",
    default: true,
    help: "Go back to the image of before where a unit does not start with the new one",
  },
} as const satisfies FlagTable;

/** Podman's fields. */
interface Row {
  readonly Unit: string;
  readonly Container: string;
  readonly ContainerName: string;
  readonly ContainerID: string;
  readonly Image: string;
  readonly Policy: string;
  readonly Updated: string;
}

const COLUMNS: readonly Column<Row>[] = [
  ["UNIT", (row) => row.Unit],
  ["CONTAINER", (row) => row.Container],
  ["IMAGE", (row) => row.Image],
  ["POLICY", (row) => row.Policy],
  ["UPDATED", (row) => row.Updated],
];

export const command = defineCommand({
  name: "auto-update",
  summary: "Auto update containers according to their auto-update policy",
  description:
    "Looks for newer images of the containers that run in systemd units and have the label io.containers.autoupdate, and restarts the units that have one. " +
    "The label's values: registry, to ask the registry that the image's name begins with; local, to look in the store; disabled. " +
    "The units must make their containers anew at each start, as quadlets do, and the units of `tspod generate systemd --new`.\n\n" +
    "A unit that does not start with a new image is started with the one of before. That works best where the container says by sd_notify that it is ready (`--sdnotify container`).\n\n" +
    "The label io.containers.autoupdate.authfile names a file with credentials for one container.\n\n" +
    "`tspod system auto-update enable` has it done once a day.",
  examples: [
    { line: "tspod auto-update --dry-run", help: "see what there is to update" },
    {
      line: "tspod auto-update --format '{{.Unit}} {{.Updated}}'",
      help: "update, and print as scripts need it",
    },
  ],
  flags,
  async run(call) {
    const { reports, errors } = await autoUpdate(
      { store: call.store(), runtimeDirectory: call.runtimeDirectory },
      {
        pull: {
          ...registryOptions(call),
          platform: wantedPlatform(hostPlatform(process.arch), {}),
          progress: await openProgress({
            quiet: false,
            terminal: call.terminal.stderr,
            write: (line) => call.warn(line),
          }),
          signal: call.signal,
        },
        dryRun: call.flags["dry-run"],
        rollback: call.flags.rollback,
        debug: (line) => call.log("debug", line),
      },
    );
    if (reports.length > 0) await print(call, reports);
    if (errors.length > 0) throw joined(errors);
  },
});

async function print(call: Call<typeof flags>, reports: readonly UpdateReport[]): Promise<void> {
  const rows = reports.map(rowOf);
  if (printJson(call.print, rows, { format: call.flags.format, indent: 4 })) return;
  await printReport(call, rows, { name: "auto-update", format: call.flags.format, columns: COLUMNS });
}

function rowOf({ task: { container, unit, imageName, policy }, status }: UpdateReport): Row {
  const { id, name } = container.record;
  return {
    Unit: unit,
    Container: `${shortId(id)} (${name})`,
    ContainerName: name,
    ContainerID: id,
    Image: imageName,
    Policy: policy,
    Updated: status,
  };
}

/** As Podman prints several errors. */
function joined(errors: readonly TspodError[]): TspodError {
  const [first, ...others] = errors;
  if (first !== undefined && others.length === 0) return first;
  const lines = errors.map((error) => `\t* ${messageChain(error)}\n`).join("");
  return new TspodError(`${errors.length} errors occurred:\n${lines}\n`);
}
