import { templateFields } from "../../podman/template-fields.ts";
import type { Command } from "../define-command.ts";
import type { FlagTable } from "../flags/flag.ts";
import { defaultNote, placeholder, visibleFlags } from "./help.ts";

/*
 * Man pages are Markdown with a part by hand and a part by declaration: the title, SYNOPSIS, and the headings
 * under OPTIONS come from the declaration; all text is by hand once it is there. Loaded by scripts and tests
 * only.
 */

/** `tspod-volume-create.1.md`. */
export function pageName(commandName: string): string {
  return `${["tspod", ...commandName.split(" ")].filter(Boolean).join("-")}.1.md`;
}

/**
 * The page with everything in it that comes from the declaration. Text by hand stays, options that are gone
 * go, new ones come with their help.
 * @param page the page so far; undefined: there is none yet
 */
export function refreshPage(page: string | undefined, command: Command): string {
  const written = sectionsOf(page ?? "");
  const sections = new Map<string, string>([
    ["SYNOPSIS", synopsisOf(command)],
    ["DESCRIPTION", written.get("DESCRIPTION") ?? describe(command)],
  ]);
  const options = refreshOptions(written.get("OPTIONS") ?? "", command.flags);
  if (options !== "") sections.set("OPTIONS", options);
  const fields = templateFields(command.name);
  if (fields.length > 0) sections.set(FIELDS, formatFields(fields));
  for (const [title, body] of written)
    if (!sections.has(title) && title !== "OPTIONS" && title !== FIELDS) sections.set(title, body);
  if (page === undefined) for (const [title, body] of firstText(command)) sections.set(title, body);
  return joinPage(`# ${pageName(command.name).replace(".1.md", "")}(1) -- ${command.summary}`, sections);
}

const FIELDS = "FORMAT FIELDS";

/**
 * What a template of --format may name, from the list that completion offers: those of the object itself,
 * then a line for each of its parts.
 */
function formatFields(fields: readonly string[]): string {
  const own = fields.filter((field) => !field.includes("."));
  const parts = own.flatMap((part) => {
    const inside = fields.filter((field) => field.startsWith(`${part}.`));
    return inside.length === 0 ? [] : [`* **.${part}**: ${listed(inside)}`];
  });
  const first = `A template may use these fields; one that is empty is printed as nothing: ${listed(own)}.`;
  return parts.length === 0 ? first : `${first} Of these some have parts:\n\n${parts.join("\n")}`;
}

function listed(fields: readonly string[]): string {
  return fields.map((field) => `.${escapeText(field)}`).join(", ");
}

/** The OPTIONS part: a heading for each flag, with the text that was there for it, or its help. */
export function refreshOptions(written: string, table: FlagTable): string {
  const texts = new Map(
    written
      .split(/^(?=### )/m)
      .map((entry) => [/`--([\w-]+)`/.exec(entry)?.[1], entry.replace(/^### .*\n/, "").trim()] as const),
  );
  return visibleFlags(table)
    .map(([name, flag]) => {
      const names = [...(flag.short ? [`\`-${flag.short}\``] : []), `\`--${name}\``].join(", ");
      const value = placeholder(flag) === "" ? "" : ` *${placeholder(flag)}*`;
      // Without quotes: in a heading they mean something to troff.
      const note = defaultNote(flag) === "" ? "" : ` ${defaultNote(flag).replaceAll('"', "")}`;
      return `### ${names}${value}${note}\n\n${texts.get(name) || firstHelp(flag.help)}`;
    })
    .join("\n\n");
}

function firstHelp(help: string): string {
  return /[.…]$/.test(help) ? escapeText(help) : `${escapeText(help)}.`;
}

/** Title → body of the second-level headings. */
export function sectionsOf(page: string): Map<string, string> {
  const parts = page.split(/^## (.*)$/m).slice(1);
  const sections = new Map<string, string>();
  for (let i = 0; i < parts.length; i += 2) sections.set(parts[i] ?? "", (parts[i + 1] ?? "").trim());
  return sections;
}

export function joinPage(title: string, sections: ReadonlyMap<string, string>): string {
  return `${[title, ...[...sections].map(([name, body]) => `## ${name}\n\n${body}`)].join("\n\n")}\n`;
}

function synopsisOf({ name, flags, operands }: Command): string {
  const options = visibleFlags(flags).length > 0 ? " [*options*]" : "";
  return `**tspod ${name}**${options}${operands === undefined ? "" : ` ${escapeText(operands)}`}`;
}

function describe({ description, summary }: Command): string {
  if (description === undefined) return `${escapeText(summary)}.`;
  const paragraphs = description.trim().split(/\n\s*\n/);
  return paragraphs.map((text) => escapeText(text.replaceAll(/\s+/g, " "))).join("\n\n");
}

function firstText({ examples = [], exitCodes = {} }: Command): [string, string][] {
  const sections: [string, string][] = [];
  if (examples.length > 0) {
    const shown = examples.map(({ line, help }) => `${sentence(escapeText(help))}:\n\n    $ ${line}`);
    sections.push(["EXAMPLES", shown.join("\n\n")]);
  }
  const codes = Object.entries({
    0: "Success",
    ...exitCodes,
    125: exitCodes["125"] ?? "tspod itself failed",
  });
  sections.push([
    "EXIT STATUS",
    codes.map(([code, when]) => `* **${code}**: ${sentence(escapeText(when))}.`).join("\n"),
  ]);
  sections.push(["SEE ALSO", "**tspod(1)**"]);
  return sections;
}

/** With a capital letter, but for the program's name, which has none. */
function sentence(text: string): string {
  if (/^tspod\b/.test(text)) return text;
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

/** Keep text from being Markdown. */
function escapeText(text: string): string {
  return text.replaceAll(/[\\*_`[\]<>]/g, "\\$&");
}
