import { commandGroups } from "../command-groups.ts";
import type { Command } from "../define-command.ts";
import type { CompletionKind, Flag, FlagTable } from "../flags/flag.ts";
import { wordsAfter } from "../words-after.ts";
import { visibleFlags } from "./help.ts";

/** What may stand at the cursor. */
export type CompletionRequest =
  /** Fixed words, each with what it means. */
  | { readonly kind: "words"; readonly words: readonly (readonly [word: string, help: string])[] }
  /** Names that must be looked up; `operands` stand before the cursor. */
  | {
      readonly kind: "names";
      readonly of: CompletionKind;
      readonly operands?: readonly string[];
      /** The flag whose value is at the cursor. */
      readonly flag?: FlagAtCursor;
    };

export interface FlagAtCursor {
  /** Words of its command; "" for a global one before them. */
  readonly command: string;
  /** Its long name. */
  readonly name: string;
  /** The operands before the cursor. */
  readonly operands: readonly string[];
}

type LoadCommand = (name: string) => Promise<Command>;

/**
 * What can complete the last of the words typed so far, which may be empty.
 * @param typed the words after the program's name, the one at the cursor last
 */
export async function completionRequest(
  typed: readonly string[],
  { names, load, globals }: { names: readonly string[]; load: LoadCommand; globals: FlagTable },
): Promise<CompletionRequest> {
  const current = typed.at(-1) ?? "";
  let before = typed.slice(0, -1);
  let name = "";
  while (!names.includes(name)) {
    const { operands, pending } = skim(before, globals, true);
    const [word, ...rest] = operands;
    if (pending !== undefined) return ofFlag(pending, "", []);
    if (word === undefined) return atGroup(name, { current, names, load, globals });
    name = name === "" ? word : `${name} ${word}`;
    before = rest;
    if (!names.some((known) => known === name || known.startsWith(`${name} `))) return NOTHING;
  }
  const command = await load(name);
  return atCommand(command, { before, current, table: { ...globals, ...command.flags } });
}

const NOTHING: CompletionRequest = { kind: "names", of: "none" };

async function atGroup(
  group: string,
  {
    current,
    names,
    load,
    globals,
  }: { current: string; names: readonly string[]; load: LoadCommand; globals: FlagTable },
): Promise<CompletionRequest> {
  if (current.startsWith("-")) return flagWords(globals, current);
  const words: [string, string][] = [];
  for (const word of wordsAfter(group, names).sort()) {
    const name = group === "" ? word : `${group} ${word}`;
    const command = names.includes(name) && word.startsWith(current) ? await load(name) : undefined;
    if (!command?.hidden) words.push([word, command?.summary ?? commandGroups[name]?.summary ?? ""]);
  }
  return { kind: "words", words };
}

function atCommand(
  command: Command,
  { before, current, table }: { before: readonly string[]; current: string; table: FlagTable },
): CompletionRequest {
  const halt = command.haltAtOperand ?? false;
  const { operands, pending, ended } = skim(before, table, halt);
  if (pending !== undefined) return ofFlag(pending, command.name, operands);
  if (!ended && current.startsWith("-") && !(halt && operands.length > 0)) {
    const assigned = /^--([^=]+)=/.exec(current)?.[1];
    const found = assigned === undefined ? undefined : flagNamed(`--${assigned}`, table);
    return found === undefined ? flagWords(table, current) : ofFlag(found, command.name, operands);
  }
  const { maxOperands = operandsNamed(command), complete = "none" } = command;
  if (operands.length >= maxOperands) return NOTHING;
  if (typeof complete === "string") return { kind: "names", of: complete, operands };
  return { kind: "names", of: complete[Math.min(operands.length, complete.length - 1)] ?? "none", operands };
}

/** How many operands the usage line names: `CONTAINER` is one, with `...` there is no limit. */
function operandsNamed({ operands = "" }: Command): number {
  if (operands.includes("...")) return Number.POSITIVE_INFINITY;
  return operands.split(/\s+/).filter((word) => word !== "").length;
}

/** Part flags from operands without minding mistakes; `pending`: the flag whose value is at the cursor. */
function skim(
  words: readonly string[],
  table: FlagTable,
  halt: boolean,
): { operands: readonly string[]; pending: NamedFlag | undefined; ended: boolean } {
  const operands: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    if (word === "--")
      return { operands: [...operands, ...words.slice(at + 1)], pending: undefined, ended: true };
    if (!word.startsWith("-") || word === "-") {
      if (halt) return { operands: words.slice(at), pending: undefined, ended: false };
      operands.push(word);
      continue;
    }
    const found = word.includes("=") ? undefined : flagNamed(word, table);
    const flag = found?.[1];
    if (
      found === undefined ||
      flag === undefined ||
      flag.type === "boolean" ||
      (flag.type === "string" && flag.optionalValue !== undefined)
    )
      continue;
    if (at + 1 === words.length) return { operands, pending: found, ended: false };
    at++;
  }
  return { operands, pending: undefined, ended: false };
}

type NamedFlag = readonly [name: string, flag: Flag];

/** The flag that a word ends with: `--name`, or the last letter of `-it`. */
function flagNamed(word: string, table: FlagTable): NamedFlag | undefined {
  const flags = Object.entries(table);
  if (word.startsWith("--")) {
    const name = word.slice(2);
    const flag = table[name];
    return flag === undefined ? flags.find(([, { aliases }]) => aliases?.includes(name)) : [name, flag];
  }
  for (let i = 1; i < word.length; i++) {
    // A command's own -v goes before the global one.
    const found = flags.findLast(([, { short }]) => short === word[i]);
    if (found?.[1].type !== "boolean") return i === word.length - 1 ? found : undefined;
  }
  return undefined;
}

function ofFlag([name, flag]: NamedFlag, command: string, operands: readonly string[]): CompletionRequest {
  if (flag.type === "boolean")
    return {
      kind: "words",
      words: [
        ["true", ""],
        ["false", ""],
      ],
    };
  if ("choices" in flag && flag.choices)
    return { kind: "words", words: flag.choices.map((choice) => [choice, ""]) };
  return { kind: "names", of: flag.complete ?? "none", flag: { command, name, operands } };
}

function flagWords(table: FlagTable, current: string): CompletionRequest {
  const words = visibleFlags(table).flatMap(([name, flag]): [string, string][] => {
    const long: [string, string] = [`--${name}`, flag.help];
    return flag.short && current === "-" ? [[`-${flag.short}`, flag.help], long] : [long];
  });
  return { kind: "words", words: [...words, ["--help", "Show this command's help"]] };
}
