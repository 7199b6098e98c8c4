import { defineCommand } from "../../../cli/define-command.ts";
import { forEachOperand } from "../../../cli/for-each.ts";
import { unmountContainer } from "../../../container/mounted.ts";
import { selectContainers } from "../../flags/select-containers.ts";
import { namesOrSelection, selectionFlags } from "../../flags/selection-flags.ts";

export const command = defineCommand({
  name: "unmount",
  operands: "CONTAINER [CONTAINER...]",
  summary: "Unmount the root filesystems of containers",
  description:
    "Undoes what `mount` did, in the same `tspod unshare`: of what was mounted several times, one time. A container that runs keeps its own mounts.",
  examples: [{ line: "tspod unmount --all --force", help: "all that is mounted, however often" }],
  flags: {
    all: selectionFlags.all,
    latest: selectionFlags.latest,
    force: { type: "boolean", short: "f", help: "Undo all mounts, even of what is in use" },
  },
  complete: "container",
  check: namesOrSelection,
  async run(call) {
    const { all, latest, force } = call.flags;
    const place = { store: call.store(), runtimeDirectory: call.runtimeDirectory };
    const selected = selectContainers(place, { operands: call.operands, all, latest });
    await forEachOperand(selected, {
      warn: (line) => call.warn(line),
      act({ operand, container }) {
        const was = unmountContainer(place, container, { force });
        if (was || !all) call.print(operand);
      },
    });
  },
});
