import { defineCommand } from "../../../cli/define-command.ts";
import { forEachOperand } from "../../../cli/for-each.ts";
import { type MountLine, printMounts } from "../../../cli/output/print-mounts.ts";
import { mountContainer, mountedContainer } from "../../../container/mounted.ts";
import { type Container, type ContainerPlace, listContainers } from "../../../container/state/list.ts";
import { shortId } from "../../../oci/short-id.ts";
import { requireUnshare } from "../../flags/in-unshare.ts";
import { selectContainers } from "../../flags/select-containers.ts";
import { selectionFlags } from "../../flags/selection-flags.ts";

export const command = defineCommand({
  name: "mount",
  operands: "[CONTAINER...]",
  summary: "Mount the root filesystems of containers",
  description: `Mounts the files of containers, for reading and writing, and prints where; without a container it lists what is mounted. The mounts are made in the mount namespace of a \`tspod unshare\`, which this command must be run in, and go with it.

    Of a running container it is /proc/PID/root: its files as it sees them.`,
  examples: [
    {
      line: "tspod unshare sh -c 'cp page.html $(tspod mount web)/srv/'",
      help: "put a file into a container that need not run",
    },
  ],
  flags: {
    all: selectionFlags.all,
    latest: selectionFlags.latest,
    format: { type: "string", value: "FORMAT", help: "List what is mounted as json" },
    "no-trunc": { type: "boolean", aliases: ["notruncate"], help: "Show IDs in full" },
  },
  complete: "container",
  check({ flags, operands }) {
    if (flags.all && flags.latest) return "--all and --latest cannot be used together";
    if (flags.all && operands.length > 0) return "no arguments are needed with --all";
    return flags.latest && operands.length > 0
      ? "--latest and containers cannot be used together"
      : undefined;
  },
  async run(call) {
    requireUnshare(call);
    const { all, latest, format } = call.flags;
    const place = { store: call.store(), runtimeDirectory: call.runtimeDirectory };
    if (!all && !latest && call.operands.length === 0) {
      printMounts(call, mountedLines(place, call.flags["no-trunc"]), format);
      return;
    }
    const selected = selectContainers(place, { operands: call.operands, all, latest });
    await forEachOperand(selected, {
      warn: (line) => call.warn(line),
      async act({ container }) {
        call.print(await mountContainer(place, container));
      },
    });
  },
});

function mountedLines(place: ContainerPlace, full: boolean): MountLine[] {
  return listContainers(place).flatMap((container: Container) => {
    const path = mountedContainer(container);
    if (path === undefined) return [];
    const { id, name } = container.record;
    return [{ title: full ? id : shortId(id), path, json: { id, Names: [name] } }];
  });
}
