import { resolve } from "node:path";
import { defineCommand } from "../../cli/define-command.ts";
import { TspodError } from "../../errors.ts";

export const command = defineCommand({
  name: "reclaim",
  operands: "PATH [PATH...]",
  summary: "Take over files that containers have made in a bind mount",
  description:
    "Files that a container's users have made in a directory of yours belong to your subordinate ids: outside you can neither change nor remove them. This gives the directories, and all in them that belongs to such an id, to you and your group. File systems that are mounted in them are left as they are. With the mount option `own` (-v DIR:/data:own) a container does that by itself at its end.",
  examples: [{ line: "tspod reclaim ./data", help: "have ./data back, whatever a database has made of it" }],
  flags: {},
  minOperands: 1,
  complete: "file",
  async run(call) {
    const { reclaim } = await import("../../container/rootfs/reclaim.ts");
    let strangers = 0;
    for (const operand of call.operands) {
      const { given, foreign } = reclaim(resolve(call.cwd, operand));
      strangers += foreign;
      if (call.terminal.stdout) call.print(`${operand}: ${given} files are yours again`);
    }
    if (strangers > 0)
      throw new TspodError(`${strangers} files belong to ids that are none of yours, and stay: ask root`);
  },
});
