import { defineCommand } from "../../cli/define-command.ts";
import { TspodError } from "../../errors.ts";
import { readSmallFile } from "../../os/files/read-small-file.ts";
import { findQuadlet } from "../../systemd/quadlet/installed.ts";
import { searchDirectories } from "../../systemd/quadlet/search.ts";

export const command = defineCommand({
  name: "quadlet print",
  operands: "QUADLET",
  summary: "Print an installed quadlet",
  description: "Prints the file as it is.",
  examples: [{ line: "tspod quadlet print web.container", help: "the quadlet that web.service comes from" }],
  flags: {},
  minOperands: 1,
  maxOperands: 1,
  complete: "quadlet",
  run(call) {
    const [name = ""] = call.operands;
    const path = findQuadlet(name, searchDirectories({ env: call.env, uid: call.launch.uid }));
    try {
      call.write(readSmallFile(path));
    } catch (cause) {
      throw new TspodError(`reading quadlet "${path}" contents`, { cause });
    }
  },
});
