import { resolve } from "node:path";
import { defineCommand } from "../../cli/define-command.ts";
import { isWebAddress } from "../../options/web-address.ts";
import { programFile } from "../../os/program-files.ts";
import { generatorHint, isGeneratorInstalled } from "../../systemd/quadlet/generator-place.ts";
import { installQuadlets, type QuadletSource } from "../../systemd/quadlet/install.ts";
import { searchDirectories, userDirectory } from "../../systemd/quadlet/search.ts";
import { reloadUnits } from "../../systemd/systemctl.ts";
import { conversionContext } from "./conversion-context.ts";
import { fetchQuadlet } from "./fetch-quadlet.ts";

export const command = defineCommand({
  name: "quadlet install",
  operands: "PATH|URL [PATH|URL...]",
  summary: "Install quadlets",
  description:
    "Copies quadlets to ~/.config/containers/systemd and has systemd read them, so that their services can be started. " +
    "After the first file others may follow that it needs. A URL of http or https is fetched. A directory, or a .quadlets file, is an application: what is in it is removed together.\n\n" +
    "What `tspod quadlet check` finds wrong is not installed, since systemd would silently make no service of it.\n\n" +
    "systemd must know tspod as a generator: a symlink to it, named tspod-system-generator, in /etc/systemd/user-generators.",
  examples: [
    { line: "tspod quadlet install web.container", help: "web.service, to be started with systemctl --user" },
    { line: "tspod quadlet install https://example.com/web.container", help: "from a server" },
    { line: "tspod quadlet install ./shop", help: "all quadlets of a directory" },
  ],
  flags: {
    force: { type: "boolean", help: "Install quadlets with mistakes, too" },
    "reload-systemd": { type: "boolean", default: true, help: "Have systemd read them" },
    replace: { type: "boolean", short: "r", help: "Overwrite quadlets that are there" },
  },
  minOperands: 1,
  complete: "file",
  async run(call) {
    const check = {
      directories: searchDirectories({ env: call.env, uid: call.launch.uid }),
      context: await conversionContext(call.commands),
    };
    const sources: QuadletSource[] = [];
    for (const operand of call.operands)
      sources.push(isWebAddress(operand) ? await fetchQuadlet(operand, call) : resolve(call.cwd, operand));
    const paths = installQuadlets(sources, {
      directory: userDirectory(call.env),
      replace: call.flags.replace,
      ...(call.flags.force ? {} : { check }),
    });
    for (const path of paths) call.print(path);
    if (!isGeneratorInstalled()) call.warn(`WARN[0000] ${generatorHint(programFile)}`);
    if (call.flags["reload-systemd"]) await reloadUnits({ env: call.env, signal: call.signal }, call.warn);
  },
});
