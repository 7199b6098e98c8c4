import { type Call, defineCommand } from "../../../cli/define-command.ts";
import type { FlagTable } from "../../../cli/flags/flag.ts";
import { forEachOperand } from "../../../cli/for-each.ts";
import { restartContainer } from "../../../container/restart.ts";
import { engineOf } from "../../flags/engine-of.ts";
import { selectByFlags } from "../../flags/select-filtered.ts";
import { namesOrSelection, selectionFlags } from "../../flags/selection-flags.ts";
import { stopTimeFlag, stopTimeout } from "../../flags/stop-time.ts";
import { failingWith125 } from "./failing-with-125.ts";

const flagTable = {
  all: { ...selectionFlags.all, help: "Restart all containers, running or not" },
  cidfile: selectionFlags.cidfile,
  filter: selectionFlags.filter,
  latest: selectionFlags.latest,
  running: {
    type: "boolean",
    help: "Restart those of the named containers that run; without names, all that run",
  },
  time: stopTimeFlag,
} as const satisfies FlagTable;

export const command = defineCommand({
  name: "restart",
  operands: "CONTAINER [CONTAINER...]",
  summary: "Restart containers",
  description: "Stops containers as stop does, and starts them again. Those that do not run are started.",
  examples: [
    { line: "tspod restart web", help: "restart a container, with 10 seconds to end by itself" },
    { line: "tspod restart --running", help: "restart all containers that run" },
  ],
  flags: flagTable,
  complete: "container",
  check: (call) => namesOrSelection(withRunning(call)),
  async run(call) {
    const engine = engineOf(call);
    const { running, time } = call.flags;
    const selected = (await selectByFlags(engine, withRunning(call))).filter(
      ({ container }) => !running || container.state.status === "running",
    );
    await forEachOperand(selected, {
      warn: call.warn,
      async act({ operand, container }) {
        await failingWith125(() =>
          restartContainer(engine, container, {
            timeout: stopTimeout(time, container),
            warn: call.warn,
            signal: call.signal,
          }),
        );
        call.print(operand);
      },
    });
  },
});

type Selection = Pick<Call<typeof flagTable>, "flags" | "operands">;

/** `--running` alone selects among all containers, as in Podman 4; with names among those, as in Podman 5. */
function withRunning({ flags, operands }: Selection): Selection {
  const { running, latest, cidfile, filter } = flags;
  const named = operands.length > 0 || latest || cidfile.length > 0 || filter.length > 0;
  return { operands, flags: { ...flags, all: flags.all || (running && !named) } };
}
