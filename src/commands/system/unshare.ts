import { defineCommand } from "../../cli/define-command.ts";
import { CommandNotFoundError } from "../../errors.ts";
import { findProgram } from "../../os/find-program.ts";
import { execve } from "../../os/spawn.ts";
import { engineOf } from "../flags/engine-of.ts";

export const command = defineCommand({
  name: "unshare",
  operands: "[COMMAND [ARG...]]",
  summary: "Run a command in the user namespace that containers live in",
  description:
    "In there you are root over your subordinate ids: files that belong to users of containers can be seen, changed and removed. Without a command it is a shell.",
  examples: [
    { line: "tspod unshare rm -r build/", help: "remove what a container has made in a bind mount" },
    { line: "tspod unshare --rootless-netns ip addr", help: "see the bridges of all networks" },
    { line: "tspod unshare cat /proc/self/uid_map", help: "see which ids the user namespace has" },
  ],
  exitCodes: { "126": "the command cannot be invoked", "127": "the command cannot be found" },
  flags: {
    "rootless-netns": {
      type: "boolean",
      aliases: ["rootless-cni"],
      help: "Join the network namespace that networks with names have in common, too",
    },
  },
  haltAtOperand: true,
  complete: "host-command",
  async run(call) {
    const [name = call.env.SHELL ?? "/bin/sh", ...rest] = call.operands;
    const file = findProgram(name, call.env.PATH);
    if (file === undefined) throw new CommandNotFoundError(`"${name}" not found in $PATH`);
    const command = call.flags["rootless-netns"]
      ? (await import("../../container/enter-shared-network.ts")).inSharedNetwork(engineOf(call), [
          file,
          ...rest,
        ])
      : { file, argv: [name, ...rest] };
    call.flush();
    call.keepCompiledCode();
    return execve(command.file, command.argv, call.env);
  },
});
