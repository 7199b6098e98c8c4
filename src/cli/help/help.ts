import { commandGroups } from "../command-groups.ts";
import type { Command, CommandTable } from "../define-command.ts";
import type { Flag, FlagTable } from "../flags/flag.ts";
import { wordsAfter } from "../words-after.ts";
import { readSummaries, type Summaries } from "./summaries.ts";

/** Never loaded but for help, completion and man pages. */

interface Layout {
  /** What the user calls us. */
  readonly program: string;
  /** Columns that a line may have. */
  readonly width: number;
}

/** `tspod CMD --help`: podman's sections, in its order, and the exit codes. Ends with a line end. */
export function commandHelp(command: Command, { program, name, width }: Layout & { name: string }): string {
  return sections([
    ["", command.summary],
    ["Description", command.description && indent(wrap(command.description, width - 2), 2)],
    ["Usage", `  ${synopsis(command, `${program} ${name}`)}`],
    [
      "Examples",
      command.examples &&
        indent(command.examples.map((example) => exampleLines(example, program)).join("\n\n"), 2),
    ],
    ["Common Options", flagList(commonFlags(command), width)],
    ["Options", flagList(otherFlags(command), width)],
    ["Exit codes", exitCodeList(command, width)],
  ]);
}

function commonFlags({ flags, common = [] }: Command): FlagTable {
  return Object.fromEntries(Object.entries(flags).filter(([name]) => common.includes(name)));
}

function otherFlags({ flags, common = [] }: Command): FlagTable {
  return Object.fromEntries(Object.entries(flags).filter(([name]) => !common.includes(name)));
}

/** `tspod --help` (`group` ""), `tspod volume --help`. */
export async function groupHelp(
  group: string,
  { program: name, commands, globals, width }: Layout & { commands: CommandTable; globals: FlagTable },
): Promise<string> {
  const program = [name, group].filter(Boolean).join(" ");
  const summaries = await readSummaries(commands);
  const rows = listedWords(group, { names: commands.names(), summaries });
  return sections([
    ["", group === "" ? "Manage pods, containers and images" : (commandGroups[group]?.summary ?? group)],
    ["Description", group === "" ? "" : indent(wrap(commandGroups[group]?.description ?? "", width - 2), 2)],
    ["Usage", `  ${program} ${group === "" ? "[options] " : ""}[command]`],
    // Before the lists: scripts take every line after "Available Commands:", up to "Options:" or the
    // end, for a command.
    [
      "",
      `Run '${program} COMMAND --help' for more on a command, or 'man ${program.replaceAll(" ", "-")}-COMMAND'.`,
    ],
    [
      "Common Commands",
      group === ""
        ? twoColumns(rows.filter(([word]) => COMMON_COMMANDS.includes(word)).sort(byCommonOrder), {
            width,
            gap: 1,
          })
        : "",
    ],
    // One line each, as Podman: scripts read names off it.
    ["Available Commands", twoColumns(rows, { width: Number.POSITIVE_INFINITY, gap: 1 })],
    ["Options", group === "" ? flagList(globals, width) : ""],
  ]);
}

/** What most people type, in the order of a container's life. */
const COMMON_COMMANDS = [
  "run",
  "ps",
  "logs",
  "exec",
  "stop",
  "rm",
  "pull",
  "images",
  "build",
  "push",
  "inspect",
  "why",
];

function byCommonOrder([a]: [string, string], [b]: [string, string]): number {
  return COMMON_COMMANDS.indexOf(a) - COMMON_COMMANDS.indexOf(b);
}

/** The words behind those of the group, each with its summary, sorted; without hidden commands. */
function listedWords(
  group: string,
  { names, summaries }: { names: readonly string[]; summaries: Summaries },
): [word: string, summary: string][] {
  const rows: [string, string][] = [];
  for (const word of wordsAfter(group, names).sort()) {
    const name = group === "" ? word : `${group} ${word}`;
    const summary = summaries[name] ?? commandGroups[name]?.summary;
    if (summary !== undefined) rows.push([word, summary]);
  }
  return rows;
}

/** `tspod volume create [options] [VOLUME]`. */
function synopsis({ flags, operands }: Command, name: string): string {
  return [name, Object.keys(flags).length > 0 ? "[options]" : "", operands ?? ""].filter(Boolean).join(" ");
}

/** What stands for a flag's value: its own word, or pflag's for its type. "" where it has none. */
export function placeholder(flag: Flag): string {
  if (flag.type === "boolean") return "";
  if (flag.value !== undefined) return flag.value;
  if (flag.type === "list") return flag.split ? "strings" : "stringArray";
  if (flag.type === "int") return flag.unsigned ? "uint" : "int";
  return "string";
}

/** `(default "KILL")`, or "" where there is none worth a word. */
export function defaultNote(flag: Flag): string {
  const { default: value } = flag;
  if (value === undefined || value === false || value === "") return "";
  if (Array.isArray(value)) return value.length === 0 ? "" : `(default [${value.join(",")}])`;
  return `(default ${typeof value === "string" ? JSON.stringify(value) : value})`;
}

/** The flags to show, by name. */
export function visibleFlags(table: FlagTable): [name: string, flag: Flag][] {
  return Object.entries(table)
    .filter(([, flag]) => !flag.hidden)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Break lines so that none is longer than `width`, where it has a space; an empty line parts paragraphs. */
function wrap(text: string, width: number): string {
  return text
    .trim()
    .split(/\n\s*\n/)
    .map((paragraph) => wrapParagraph(paragraph.split(/\s+/).filter(Boolean), width))
    .join("\n\n");
}

function wrapParagraph(words: readonly string[], width: number): string {
  const lines: string[] = [];
  for (const word of words) {
    const line = lines.at(-1);
    if (line === undefined || line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines.join("\n");
}

function sections(parts: readonly (readonly [title: string, body: string | undefined])[]): string {
  const shown = parts.filter(([, body]) => body);
  return `${shown.map(([title, body]) => (title ? `${title}:\n${body}` : body)).join("\n\n")}\n`;
}

function flagList(table: FlagTable, width: number): string {
  const rows = visibleFlags(table).map(([name, flag]): [string, string] => [
    `${flag.short ? `-${flag.short}, ` : "    "}--${name} ${placeholder(flag)}`.trimEnd(),
    [flag.help, defaultNote(flag)].filter(Boolean).join(" "),
  ]);
  return twoColumns(rows, { width, gap: 3 });
}

function exitCodeList({ exitCodes = {} }: Command, width: number): string {
  const codes = { 0: "Success", ...exitCodes, 125: exitCodes["125"] ?? "tspod itself failed" };
  return twoColumns(Object.entries(codes), { width, gap: 3 });
}

/** Names on the left; on the right what they are, wrapped beside them. A long name has its line to itself. */
function twoColumns(
  rows: readonly (readonly [string, string])[],
  { width, gap }: { width: number; gap: number },
): string {
  const longest = Math.min(30, Math.max(0, ...rows.map(([name]) => name.length)));
  const column = 2 + longest + gap;
  return rows
    .flatMap(([name, text]) => {
      const lines = wrap(text, Math.max(30, width - column)).split("\n");
      const first = name.length > longest ? [`  ${name}`] : [];
      const left = first.length > 0 ? "" : `  ${name}`;
      return [
        ...first,
        ...lines.map((line, i) => `${(i === 0 ? left : "").padEnd(column)}${line}`.trimEnd()),
      ];
    })
    .join("\n");
}

function indent(text: string, spaces: number): string {
  return text.replaceAll(/^(?=.)/gm, " ".repeat(spaces));
}

function exampleLines({ line, help }: { line: string; help: string }, program: string): string {
  const title = `${help.slice(0, 1).toUpperCase()}${help.slice(1)}`;
  return `${title}:\n  $ ${line.replace(/^tspod\b/, program)}`;
}
