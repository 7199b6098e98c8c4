import { pauseContainer } from "../container/pause.ts";
import { engineOf } from "./engine.ts";
import { forEachOperand } from "./for-each.ts";
import { defineCommand } from "./framework/define-command.ts";
import { selectFiltered } from "./select-filtered.ts";
import { namesOrSelection, selectionFlags } from "./selection-flags.ts";

export const command = defineCommand({
  name: "pause",
  operands: "CONTAINER [CONTAINER...]",
  summary: "Pause containers",
  description:
    "All processes of a container stop where they are, until unpause. The container needs a cgroup of its own for that.",
  examples: [{ line: "tspod pause web", help: "freeze a container: its processes stay, and do nothing" }],
  flags: {
    all: { ...selectionFlags.all, help: "Pause all running containers" },
    cidfile: selectionFlags.cidfile,
    filter: selectionFlags.filter,
    latest: selectionFlags.latest,
  },
  complete: "running-container",
  check: namesOrSelection,
  async run(call) {
    const engine = engineOf(call);
    const { all, latest, cidfile, filter } = call.flags;
    const selected = selectFiltered(engine, {
      operands: call.operands,
      all,
      latest,
      cidFiles: cidfile,
      filters: filter,
    });
    await forEachOperand(
      selected.filter(({ container }) => !all || container.state.status === "running"),
      {
        warn: call.warn,
        act({ operand, container }) {
          pauseContainer(engine, container);
          call.print(operand);
        },
      },
    );
  },
});
