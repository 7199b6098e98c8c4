import { defineCommand } from "../../../cli/define-command.ts";
import { exportContainer } from "../../../container/export.ts";
import { findContainer } from "../../../container/state/find.ts";
import { TspodError } from "../../../errors.ts";
import { openArchiveOutput } from "../../../os/files/output-file.ts";
import { engineOf } from "../../flags/engine-of.ts";

export const command = defineCommand({
  name: "export",
  operands: "CONTAINER",
  summary: "Write a container's root filesystem as a tar",
  description:
    "With the image's files and what the container has made of them; without volumes and other mounts.",
  examples: [{ line: "tspod export --output web.tar web", help: "to a file" }],
  flags: {
    output: {
      type: "string",
      short: "o",
      value: "FILE",
      complete: "file",
      emptyIsAbsent: true,
      help: "Write to this file (default: stdout, which must be redirected)",
    },
  },
  minOperands: 1,
  maxOperands: 1,
  complete: "container",
  async run(call) {
    const { output } = call.flags;
    const engine = engineOf(call);
    const container = findContainer(engine, call.operands[0] ?? "");
    if (output === undefined) {
      if (call.terminal.stdout)
        throw new TspodError("refusing to export to terminal. Use -o flag or redirect");
      await exportContainer(engine, container, (bytes) => call.write(bytes));
      return;
    }
    if (output.includes(":"))
      throw new TspodError(`invalid filename (should not contain ':') ${JSON.stringify(output)}`);
    const path = output.startsWith("/") ? output : `${call.cwd}/${output}`;
    using file = openArchiveOutput(path, { asked: output, overwrite: true, doing: "" });
    await exportContainer(engine, container, (bytes) => file.write(bytes));
    file.keep();
  },
});
