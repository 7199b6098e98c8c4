import { writeFileSync } from "node:fs";
import { defineCommand } from "../../cli/define-command.ts";
import { completionScript, SHELLS } from "../../cli/help/completion-script.ts";
import { UsageError } from "../../errors.ts";

export const command = defineCommand({
  name: "completion",
  operands: "SHELL",
  summary: "Print the completion script of a shell: bash, zsh or fish",
  description: `The script completes commands, flags, and the names of containers, images and volumes.

    The packages install it; by hand it goes to ~/.local/share/bash-completion/completions/tspod, to _tspod in a directory of zsh's fpath, or to ~/.config/fish/completions/tspod.fish.`,
  examples: [
    { line: "source <(tspod completion bash)", help: "completion in this shell" },
    {
      line: "tspod completion fish --file ~/.config/fish/completions/tspod.fish",
      help: "completion in every fish",
    },
  ],
  flags: {
    file: {
      type: "string",
      short: "f",
      value: "FILE",
      complete: "file",
      help: "Write to the file, not to standard output",
    },
    "no-desc": { type: "boolean", hidden: true, help: "Ignored" },
  },
  minOperands: 1,
  maxOperands: 1,
  complete: "shell",
  run({ flags, operands, write }) {
    const shell = SHELLS.find((name) => name === operands[0]);
    if (shell === undefined) {
      throw new UsageError(
        `invalid argument "${operands[0]}" for "tspod completion": must be ${SHELLS.join(", ")}`,
      );
    }
    const script = completionScript(shell);
    if (flags.file) writeFileSync(flags.file, script);
    else write(script);
    return 0;
  },
});
