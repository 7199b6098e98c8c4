import { defineCommand } from "../../../cli/define-command.ts";
import { forEachOperand } from "../../../cli/for-each.ts";
import { startContainer } from "../../../container/start/start.ts";
import { NO_WINDOW } from "../../../container/state/start-options.ts";
import { isActive } from "../../../container/state/state.ts";
import { engineOf } from "../../flags/engine-of.ts";
import { selectContainers } from "../../flags/select-containers.ts";
import { namesOrSelection, selectionFlags } from "../../flags/selection-flags.ts";
import { failingWith125 } from "./failing-with-125.ts";

export const command = defineCommand({
  name: "init",
  operands: "CONTAINER [CONTAINER...]",
  summary: "Initialize containers",
  description:
    "Makes everything for a container's run (mounts, network, its bundle, the container in the runtime), but does not start its process: start does that.",
  examples: [{ line: "tspod init web", help: "look at its mounts and configuration before it runs" }],
  flags: {
    all: { ...selectionFlags.all, help: "Initialize all containers; those that run already are passed over" },
    latest: selectionFlags.latest,
  },
  complete: "container",
  check: namesOrSelection,
  async run(call) {
    const engine = engineOf(call);
    const { all, latest } = call.flags;
    await forEachOperand(selectContainers(engine, { operands: call.operands, all, latest }), {
      warn: call.warn,
      async act({ operand, container }) {
        // As Podman: with --all they are named, but that is no error.
        if (!all || !isActive(container.state)) {
          await failingWith125(() =>
            startContainer(engine, container, {
              window: NO_WINDOW,
              hold: false,
              initialize: true,
            }),
          );
        }
        call.print(operand);
      },
    });
  },
});
