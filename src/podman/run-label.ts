import { basename } from "node:path";
import { TspodError } from "../errors.ts";

export interface RunLabelFacts {
  /** What stands for NAME. */
  readonly name: string;
  /** What stands for IMAGE. */
  readonly image: string;
  /** What stands for $HOME, $PWD, $OPT1, $OPT2 and $OPT3; every other variable is empty. */
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * The command line that an image's label asks for, without its first word: that is podman or docker,
 * by whatever path, since it is this program that stands in their place.
 * @param command the label, and what the user puts behind it
 * @throws {TspodError} If it calls another program, or a quote isn't closed.
 * @see https://docs.podman.io/en/v5.8.2/markdown/podman-container-runlabel.1.html
 */
export function runLabelArguments(command: string, facts: RunLabelFacts): string[] {
  const [program = "", ...words] = splitShellWords(command);
  if (!["podman", "docker"].includes(basename(program)))
    throw new TspodError(
      `the label calls "${program}" on the host: only labels that call podman or docker are carried out`,
    );
  const filled = words.map((word) => withNames(word, facts)).join(" ");
  const expanded = filled.replaceAll(
    /\$(?:\{(\w+)\}|(\w+))/g,
    (_, braced?: string, bare?: string) => facts.variables[braced ?? bare ?? ""] ?? "",
  );
  return splitShellWords(expanded);
}

/** NAME and IMAGE stand alone, behind an equals sign, or as variables. */
function withNames(word: string, { name, image }: RunLabelFacts): string {
  const values = { NAME: name, IMAGE: image };
  let text = word;
  for (const [key, value] of Object.entries(values)) {
    if (text === key) return value;
    text = text
      .replaceAll(`\${${key}}`, value)
      .replaceAll(new RegExp(`\\$${key}\\b`, "g"), () => value)
      .replace(new RegExp(`=${key}$`), () => `=${value}`);
  }
  return text;
}

/** Words as a POSIX shell parts them, without any expansion. */
function splitShellWords(text: string): string[] {
  const words: string[] = [];
  const pattern = /\s*((?:[^\s"'\\]|\\[\s\S]|'[^']*'|"(?:[^"\\]|\\[\s\S])*")+)/gy;
  while (pattern.lastIndex < text.trimEnd().length) {
    const found = pattern.exec(text);
    if (found === null) throw new TspodError(`the label has a quote or a backslash without an end: ${text}`);
    words.push(unquoted(found[1] ?? ""));
  }
  return words;
}

function unquoted(word: string): string {
  return word.replaceAll(
    /'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])/g,
    (_, single?: string, double?: string, escaped?: string) =>
      single ?? double?.replaceAll(/\\(["\\$`])/g, "$1") ?? escaped ?? "",
  );
}
