import { defineCommand } from "../../../cli/define-command.ts";
import { forEachOperand } from "../../../cli/for-each.ts";
import { killContainer } from "../../../container/kill.ts";
import { parseSignal } from "../../../oci/signal.ts";
import { engineOf } from "../../flags/engine-of.ts";
import { selectContainers } from "../../flags/select-containers.ts";
import { namesOrSelection, selectionFlags } from "../../flags/selection-flags.ts";

export const command = defineCommand({
  name: "kill",
  operands: "CONTAINER [CONTAINER...]",
  summary: "Send a signal to running containers",
  description: "The signal goes to the container's first process. Without --signal it is SIGKILL.",
  examples: [
    { line: "tspod kill web", help: "end a container at once" },
    { line: "tspod kill --signal HUP web", help: "have it read its configuration again" },
  ],
  flags: {
    all: { type: "boolean", short: "a", help: "Signal all running containers" },
    cidfile: selectionFlags.cidfile,
    latest: selectionFlags.latest,
    signal: {
      type: "string",
      short: "s",
      default: "KILL",
      complete: "signal",
      help: "Signal to send to the container",
    },
  },
  complete: "running-container",
  check: namesOrSelection,
  async run(call) {
    const signal = parseSignal(call.flags.signal);
    const engine = engineOf(call);
    const selected = selectContainers(engine, {
      operands: call.operands,
      all: call.flags.all,
      latest: call.flags.latest,
      cidFiles: call.flags.cidfile,
    });
    const targets = call.flags.all
      ? selected.filter(({ container }) => container.state.status === "running")
      : selected;
    await forEachOperand(targets, {
      warn: call.warn,
      act({ operand, container }) {
        killContainer(engine, container, signal.number);
        call.print(operand);
      },
    });
  },
});
