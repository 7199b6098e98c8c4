import { defineCommand } from "../../cli/define-command.ts";
import { canReload, reloadNetworks } from "../../container/connect-network.ts";
import { findContainer } from "../../container/state/find.ts";
import { listContainers } from "../../container/state/list.ts";
import { errorLine, TspodError } from "../../errors.ts";
import { ExitCode } from "../../os/exit-code.ts";
import { engineOf } from "../flags/engine-of.ts";

export const command = defineCommand({
  name: "network reload",
  operands: "[CONTAINER...]",
  summary: "Make the interfaces and ports of running containers anew",
  description: "Addresses stay the same. Prints the containers' IDs.",
  examples: [{ line: "tspod network reload --all", help: "all running containers that are in networks" }],
  flags: {
    all: { type: "boolean", short: "a", help: "Reload all running containers in networks with names" },
  },
  complete: "running-container",
  check({ flags, operands }) {
    if (flags.all && operands.length > 0) return "no arguments are needed with --all";
    return !flags.all && operands.length === 0 ? "you must provide at least one name or id" : undefined;
  },
  async run(call) {
    const engine = engineOf(call);
    const containers = call.flags.all
      ? listContainers(engine).filter(canReload)
      : call.operands.map((name) => findContainer(engine, name));
    let code = 0;
    for (const container of containers) {
      try {
        await reloadNetworks(engine, container);
        call.print(container.record.id);
      } catch (error) {
        if (!(error instanceof TspodError)) throw error;
        call.warn(errorLine(error));
        code = ExitCode.failed;
      }
    }
    return code;
  },
});
