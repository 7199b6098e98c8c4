import { defineCommand } from "../../../cli/define-command.ts";
import { forEachOperand } from "../../../cli/for-each.ts";
import { restartContainer } from "../../../container/restart.ts";
import { engineOf } from "../../flags/engine-of.ts";
import { selectByFlags } from "../../flags/select-filtered.ts";
import { namesOrSelection, selectionFlags } from "../../flags/selection-flags.ts";
import { stopTimeFlag, stopTimeout } from "../../flags/stop-time.ts";
import { failingWith125 } from "./failing-with-125.ts";

export const command = defineCommand({
  name: "restart",
  operands: "CONTAINER [CONTAINER...]",
  summary: "Restart containers",
  description: "Stops containers as stop does, and starts them again. Those that do not run are started.",
  examples: [
    { line: "tspod restart web", help: "restart a container, with 10 seconds to end by itself" },
    { line: "tspod restart --running", help: "restart all containers that run" },
  ],
  flags: {
    all: { ...selectionFlags.all, help: "Restart all containers, running or not" },
    cidfile: selectionFlags.cidfile,
    filter: selectionFlags.filter,
    latest: selectionFlags.latest,
    running: { type: "boolean", help: "Restart all containers that run" },
    time: stopTimeFlag,
  },
  complete: "container",
  check: (call) => (call.flags.running ? undefined : namesOrSelection(call)),
  async run(call) {
    const engine = engineOf(call);
    const { running, time, ...flags } = call.flags;
    const wanted = running ? { operands: [], flags: { ...flags, all: true } } : call;
    const selected = selectByFlags(engine, wanted).filter(
      ({ container }) => !running || container.state.status === "running",
    );
    await forEachOperand(selected, {
      warn: call.warn,
      async act({ operand, container }) {
        await failingWith125(() =>
          restartContainer(engine, container, {
            timeout: stopTimeout(time, container),
            warn: (line) => call.warn(`WARN[0000] ${line}`),
            signal: call.signal,
          }),
        );
        call.print(operand);
      },
    });
  },
});
