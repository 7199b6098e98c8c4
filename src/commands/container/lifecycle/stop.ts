import { defineCommand } from "../../../cli/define-command.ts";
import { forEachOperand } from "../../../cli/for-each.ts";
import { stopAsService, stopContainer } from "../../../container/stop.ts";
import { engineOf } from "../../flags/engine-of.ts";
import { selectByFlags } from "../../flags/select-filtered.ts";
import { namesOrSelection, selectionFlags } from "../../flags/selection-flags.ts";
import { stopTimeFlag, stopTimeout } from "../../flags/stop-time.ts";

export const command = defineCommand({
  name: "stop",
  operands: "CONTAINER [CONTAINER...]",
  summary: "Stop containers",
  description:
    "Sends the container's stop signal (SIGTERM unless the image or --stop-signal says otherwise), waits, and sends SIGKILL when the time is over.",
  examples: [
    { line: "tspod stop web", help: "stop a container, with 10 seconds to end by itself" },
    { line: "tspod stop --time 0 web", help: "kill it at once" },
  ],
  flags: {
    all: { ...selectionFlags.all, help: "Stop all running containers" },
    cidfile: selectionFlags.cidfile,
    filter: selectionFlags.filter,
    ignore: selectionFlags.ignore,
    latest: selectionFlags.latest,
    service: {
      type: "boolean",
      hidden: true,
      help: "Do not count the container as stopped by the user: a boot starts it again",
    },
    time: stopTimeFlag,
  },
  complete: "running-container",
  check: namesOrSelection,
  async run(call) {
    const engine = engineOf(call);
    await forEachOperand(await selectByFlags(engine, call), {
      warn: call.warn,
      async act({ operand, container }) {
        const timeout = stopTimeout(call.flags.time, container);
        const stop = call.flags.service ? stopAsService : stopContainer;
        await stop(engine, container, {
          timeout,
          warn: call.warn,
          signal: call.signal,
        });
        call.print(operand);
      },
    });
  },
});
