import { dirname, resolve } from "node:path";
import { defineCommand } from "../../cli/define-command.ts";
import { messageChain } from "../../errors.ts";
import { generateServices } from "../../systemd/quadlet/generate.ts";
import { searchDirectories } from "../../systemd/quadlet/search.ts";
import { conversionContext } from "./conversion-context.ts";

export const command = defineCommand({
  name: "quadlet check",
  operands: "[FILE...]",
  summary: "Look for mistakes in quadlets",
  description:
    "Says file by file which service comes of it, or what is wrong, with the line. Without files it looks at all that are installed. Nothing is written or started.",
  examples: [
    { line: "tspod quadlet check web.container", help: "before it is installed" },
    { line: "tspod quadlet check", help: "all that systemd's generator finds" },
  ],
  exitCodes: { 1: "one of the quadlets is wrong" },
  flags: {},
  complete: "file",
  async run(call) {
    const files = call.operands.map((path) => resolve(call.cwd, path));
    const installed = searchDirectories({ env: call.env, uid: call.launch.uid });
    const directories = [...new Set([...files.map((path) => dirname(path)), ...installed])];
    const { services, errors, warnings } = generateServices(
      directories,
      await conversionContext(call.commands),
      {
        only: files,
      },
    );
    for (const { quadlet, name } of services) call.print(`${quadlet.unit.path}: ${name}`);
    for (const warning of warnings) call.warn(warning);
    for (const error of errors) call.warn(messageChain(error));
    return errors.length > 0 ? 1 : 0;
  },
});
