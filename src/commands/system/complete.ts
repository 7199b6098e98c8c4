import { type Call, defineCommand } from "../../cli/define-command.ts";
import { globalFlagTable } from "../../cli/flags/global-flags.ts";
import { completionRequest, type FlagAtCursor } from "../../cli/help/completion-request.ts";
import { DIRECTIVES, type Names } from "./complete/directive.ts";
import { completionNames } from "./complete/names.ts";

/**
 * What the shells' scripts call, in cobra's form: a line `word<TAB>help` for each word, then `:` and the
 * directive. `__completeNoDesc` leaves the help out.
 * @see https://github.com/spf13/cobra/blob/main/site/content/completions/_index.md
 */
export const command = defineCommand({
  name: "__complete",
  operands: "[WORD...]",
  summary: "What can complete a command line",
  hidden: true,
  flags: {},
  raw: true,
  async run(call) {
    const { operands, print, warn, words } = call;
    const described = words[0] === "__complete";
    const current = operands.at(-1) ?? "";
    const typed = current.replace(/^--[^=]+=/, "");
    const { completions, directive } = await complete(call, typed);
    for (const [word, help] of completions) print(described && help !== "" ? `${word}\t${help}` : word);
    print(`:${DIRECTIVES[directive]}`);
    warn(`Completion ended with directive: ShellCompDirective${directive}`);
  },
});

interface Completed {
  readonly completions: readonly (readonly [word: string, help: string])[];
  readonly directive: Names["directive"];
}

async function complete(call: Call, typed: string): Promise<Completed> {
  const request = await completionRequest(call.operands, {
    names: call.commands.names(),
    load: async (name) => loadCommand(call, name),
    globals: globalFlagTable,
  });
  if (request.kind === "words") {
    return { completions: request.words.filter(([word]) => word.startsWith(typed)), directive: "NoFileComp" };
  }
  const values = request.flag && (await flagValues(call, request.flag, typed));
  const { words, directive } = values ?? lookUp(call, { ...request, typed });
  const fitting = [...new Set(words)].filter((word) => word.startsWith(typed));
  return { completions: fitting.map((word) => [word, ""]), directive };
}

/** What a flag takes that is no name of something, or more than one. */
async function flagValues(call: Call, flag: FlagAtCursor, typed: string): Promise<Names | undefined> {
  const { valueWords } = await import("./complete/values.ts");
  const command = commandOfTemplate(call, flag);
  return valueWords({ ...flag, command, typed }, (of, begun) => lookUp(call, { of, typed: begun }).words);
}

/** What `inspect` finds, in the order in which Podman's completion asks for it. */
const INSPECTED = ["container", "image", "volume", "pod", "network", "artifact"] as const;

/**
 * `inspect NAME --format` has the fields of what NAME is, or is the beginning of: of an image the tag need
 * not be there yet.
 */
function commandOfTemplate(call: Call, { command, name, operands }: FlagAtCursor): string {
  const [object] = operands;
  if (command !== "inspect" || name !== "format" || object === undefined) return command;
  const kind = INSPECTED.find((of) =>
    lookUp(call, { of, typed: object }).words.some((word) => word.startsWith(object)),
  );
  return kind === undefined ? command : `${kind} inspect`;
}

/** A shell waits for the answer: what can't be looked up is not completed. */
function lookUp(call: Call, wanted: Parameters<typeof completionNames>[0]): Names {
  try {
    return completionNames(wanted, call);
  } catch {
    return { words: [], directive: "NoFileComp" };
  }
}

async function loadCommand({ commands }: Call, name: string) {
  const command = await commands.load(name);
  if (command === undefined) throw new Error(`no command "${name}"`);
  return command;
}
