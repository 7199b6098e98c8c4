import { defineCommand } from "../../cli/define-command.ts";
import { removalExitCode } from "../../cli/removal-exit-code.ts";
import { removeNetwork } from "../../container/remove-network.ts";
import { networkPlace } from "../../container/state/network-place.ts";
import { errorLine, NotFoundError, TspodError } from "../../errors.ts";
import { findNetwork } from "../../network/networks.ts";
import { engineOf } from "../flags/engine-of.ts";
import { stopSeconds } from "../flags/stop-time.ts";

export const command = defineCommand({
  name: "network rm",
  operands: "NETWORK [NETWORK...]",
  summary: "Remove networks",
  description: "Removes networks that no container is in, and prints their names as they were typed.",
  examples: [
    { line: "tspod network rm web", help: "remove a network" },
    { line: "tspod network rm --force web", help: "remove a network and all containers in it" },
  ],
  exitCodes: {
    1: "one of the networks did not exist, and nothing else failed",
    2: "a container is in one of the networks",
  },
  flags: {
    force: { type: "boolean", short: "f", help: "Remove also the containers in the network" },
    time: {
      type: "int",
      short: "t",
      value: "SECONDS",
      default: 10,
      help: "Seconds to wait before killing such a container; -1 waits for ever",
    },
  },
  minOperands: 1,
  complete: "network",
  check({ flags, given }) {
    return given.has("time") && !flags.force
      ? "--force option must be specified to use the --time option"
      : undefined;
  },
  async run(call) {
    const { force, time } = call.flags;
    const engine = engineOf(call);
    const removePod = async (id: string) => {
      const { findPod } = await import("../../pod/state/pods.ts");
      const pods = await import("../../pod/remove.ts");
      await pods.removePod(engine, findPod(engine, id), {
        force,
        timeout: stopSeconds(time),
        warn: call.warn,
      });
    };
    let code = 0;
    for (const operand of call.operands) {
      try {
        const network = findNetwork(networkPlace(engine), operand);
        await removeNetwork(engine, network, { operand, force, timeout: stopSeconds(time), removePod });
        call.print(operand);
      } catch (error) {
        if (!(error instanceof TspodError)) throw error;
        if (error instanceof NotFoundError && force) continue;
        call.warn(errorLine(error));
        code = Math.max(code, removalExitCode(error));
      }
    }
    return code;
  },
});
