import { type Call, defineCommand } from "../../cli/define-command.ts";
import type { FlagTable } from "../../cli/flags/flag.ts";
import { removalExitCode } from "../../cli/removal-exit-code.ts";
import { DamagedError, errorLine, NotFoundError, TspodError } from "../../errors.ts";
import { removeUsers } from "../../pod/remove-users.ts";
import { removeUnusedVolume } from "../../volume/remove.ts";
import { listVolumes, lookupVolume, volumeUsers } from "../../volume/volumes.ts";
import { engineOf } from "../flags/engine-of.ts";
import { stopSeconds } from "../flags/stop-time.ts";

const flags = {
  all: { type: "boolean", short: "a", help: "Remove all volumes" },
  force: { type: "boolean", short: "f", help: "Remove also the containers that use it" },
  time: {
    type: "int",
    short: "t",
    value: "SECONDS",
    default: 10,
    help: "Seconds to wait before killing such a container",
  },
} as const satisfies FlagTable;

export const command = defineCommand({
  name: "volume rm",
  operands: "VOLUME [VOLUME...]",
  summary: "Remove volumes",
  description: "Removes volumes that no container uses, with their content.",
  examples: [{ line: "tspod volume rm data", help: "remove a volume" }],
  exitCodes: {
    1: "one of the volumes did not exist, and nothing else failed",
    2: "one of the volumes is used by a container",
  },
  flags,
  complete: "volume",
  check({ flags, given, operands }) {
    if (given.has("time") && !flags.force) return "--force option must be specified to use the --time option";
    return flags.all === operands.length > 0 ? "choose either one or more volumes or all" : undefined;
  },
  async run(call) {
    let code = 0;
    for (const operand of call.flags.all
      ? listVolumes(call.store()).map(({ name }) => name)
      : call.operands) {
      try {
        await removeOne(call, operand);
        call.print(operand);
      } catch (error) {
        if (!(error instanceof TspodError)) throw error;
        if (error instanceof NotFoundError && call.flags.force) continue;
        call.warn(errorLine(error));
        code = Math.max(code, removalExitCode(error));
      }
    }
    return code;
  },
});

async function removeOne(call: Call<typeof flags>, operand: string): Promise<void> {
  const store = call.store();
  const name = nameOf(call, operand);
  if (call.flags.force) {
    await removeUsers(engineOf(call), volumeUsers(store, name), { timeout: stopSeconds(call.flags.time) });
  }
  await removeUnusedVolume(store, name);
}

/** With --force one whose record is damaged goes by its name alone. */
function nameOf(call: Call<typeof flags>, operand: string): string {
  try {
    return lookupVolume(call.store(), operand).name;
  } catch (error) {
    if (error instanceof DamagedError && call.flags.force) return operand;
    throw error;
  }
}
