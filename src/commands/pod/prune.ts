import { confirm } from "../../cli/confirm.ts";
import { defineCommand } from "../../cli/define-command.ts";
import { errorLine } from "../../errors.ts";
import { ExitCode } from "../../os/exit-code.ts";
import { prunePods } from "../../pod/prune.ts";
import { engineOf } from "../flags/engine-of.ts";

export const command = defineCommand({
  name: "pod prune",
  summary: "Remove all pods that do not run, with their containers",
  description: "Asks first, unless --force is given. Pods that were never started stay.",
  examples: [{ line: "tspod pod prune --force", help: "remove them without a question" }],
  flags: { force: { type: "boolean", short: "f", help: "Do not ask" } },
  async run(call) {
    if (!call.flags.force) {
      call.print("WARNING! This will remove all stopped/exited pods..");
      if (!confirm(call, "Are you sure you want to continue?")) return 0;
    }
    const { removed, errors } = await prunePods(engineOf(call), {
      warn: call.warn,
    });
    for (const id of removed) call.print(id);
    for (const line of errors) call.warn(errorLine(line));
    return errors.length > 0 ? ExitCode.failed : 0;
  },
});
