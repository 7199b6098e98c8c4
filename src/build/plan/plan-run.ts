import { TspodError } from "../../errors.ts";
import { heredocStart } from "../parse/heredoc.ts";
import type { Command, RunInstruction } from "../parse/instruction.ts";
import { parseRunMount } from "../parse/run-mount.ts";
import type { Expander } from "./expander.ts";
import { DEFAULT_SHELL, type StageState, workdirOf } from "./stage-state.ts";
import type { InlineFile, Step } from "./step.ts";

/** Where the programs that heredocs make are seen. */
export const SCRIPT_DIRECTORY = "/dev/pipes";

/**
 * What a RUN executes, and under which settings.
 * @throws {TspodError} If a mount makes no sense.
 */
export function planRun(
  state: StageState,
  instruction: RunInstruction & { readonly text: string },
  expand: Expander,
): Pick<Step, "createdBy" | "action"> {
  const { command, script } = withHeredocs(instruction);
  const argv = commandLine(state, command);
  const env = [...state.env].map(([name, value]) => `${name}=${value}`);
  return {
    createdBy: `${argsPrefix(state)}${argv.join(" ")}`,
    action: {
      kind: "run",
      message: messageOf(instruction),
      argv,
      env,
      user: state.config.User ?? "",
      workdir: workdirOf(state),
      mounts: instruction.mounts.map((text) => parseRunMount(text, expand.text)),
      network: instruction.network,
      security: instruction.security,
      ...(script !== undefined && { script }),
    },
  };
}

/** Buildah's form: RUN in capitals, flags stay, and the words of the JSON form are joined. */
function messageOf(instruction: { readonly command: Command; readonly text: string }): string {
  const { command } = instruction;
  const text = instruction.text.replace(/^\S+/, (keyword) => keyword.toUpperCase());
  if (command.form === "shell") return text;
  const [start = ""] = /^\S+\s+(?:--\S+\s+)*/.exec(text) ?? [];
  return `${start}${command.argv.join(" ")}`;
}

/** The shell form becomes one argument of the stage's shell. */
export function commandLine({ config }: StageState, command: Command): string[] {
  if (command.form === "exec") return [...command.argv];
  const shell = config.Shell ?? DEFAULT_SHELL;
  return command.text === "" ? [...shell] : [...shell, command.text];
}

/**
 * `|2 a=1 b=2 `: the declared arguments that the command sees, by which the history tells apart what they
 * changed. One that an ENV has taken the place of changes nothing.
 */
function argsPrefix({ args, env }: StageState): string {
  const seen = [...args].filter(([name, value]) => env.get(name) === value);
  if (seen.length === 0) return "";
  const words = seen.map(([name, value]) => `${name}=${value}`).sort();
  return `|${seen.length} ${words.join(" ")} `;
}

/**
 * A RUN that is one heredoc and nothing else runs its body: by the shell, or by itself where it begins with
 * `#!`. All others get the text as it stands, for the shell reads heredocs itself.
 */
function withHeredocs({ command, heredocs }: RunInstruction): { command: Command; script?: InlineFile } {
  const [first] = heredocs;
  if (first === undefined) return { command };
  if (command.form === "exec") throw new TspodError("a RUN in JSON form takes no heredoc");
  if (heredocStart(command.text) === undefined) {
    const bodies = heredocs.map(({ name, content }) => `\n${content}${name}`);
    return { command: { form: "shell", text: command.text + bodies.join("") } };
  }
  if (!first.content.startsWith("#!")) return { command: { form: "shell", text: first.content } };
  return {
    command: { form: "shell", text: `${SCRIPT_DIRECTORY}/${first.name}` },
    script: { name: first.name, content: first.content },
  };
}
