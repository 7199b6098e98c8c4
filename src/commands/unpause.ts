import { unpauseContainer } from "../container/pause.ts";
import { engineOf } from "./engine.ts";
import { forEachOperand } from "./for-each.ts";
import { defineCommand } from "./framework/define-command.ts";
import { selectFiltered } from "./select-filtered.ts";
import { namesOrSelection, selectionFlags } from "./selection-flags.ts";

export const command = defineCommand({
  name: "unpause",
  operands: "CONTAINER [CONTAINER...]",
  summary: "Unpause containers",
  description: "The processes of paused containers go on where they were.",
  examples: [{ line: "tspod unpause web", help: "let it go on" }],
  flags: {
    all: { ...selectionFlags.all, help: "Unpause all paused containers" },
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
      selected.filter(({ container }) => !all || container.state.status === "paused"),
      {
        warn: call.warn,
        act({ operand, container }) {
          unpauseContainer(engine, container);
          call.print(operand);
        },
      },
    );
  },
});
