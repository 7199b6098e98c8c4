/** The names at the places of commands in a shell script: as much of the grammar as the scripts here need. */

const WORDS_OF_THE_SHELL = new Set(
  `. : [ alias bg break case cd continue do done echo elif else esac eval exit export fg fi for function getopts
  hash if in jobs local printf read readonly return set shift source test then times trap type ulimit umask unalias
  unset until wait while { } !`.split(/\s+/),
);

interface Scan {
  readonly text: string;
  at: number;
  /** What stands in `$(…)`, each as a script. */
  readonly inner: string[];
}

/** Skip what begins at `scan.at` with `open`; gives what was inside. */
function skipPair(scan: Scan, open: string, close: string): string {
  const begin = scan.at;
  let depth = 0;
  for (; scan.at < scan.text.length; scan.at++) {
    const character = scan.text[scan.at];
    if (character === "\\") scan.at++;
    else if (character === "'" && open === "(") scan.at = scan.text.indexOf("'", scan.at + 1);
    else if (character === open) depth++;
    else if (character === close && --depth === 0) break;
  }
  scan.at++;
  return scan.text.slice(begin + 1, scan.at - 1);
}

function skipDollar(scan: Scan): void {
  scan.at++;
  const next = scan.text[scan.at];
  if (next === "(" && scan.text[scan.at + 1] !== "(") scan.inner.push(skipPair(scan, "(", ")"));
  else if (next === "(") skipPair(scan, "(", ")");
  else if (next === "{") skipPair(scan, "{", "}");
}

function skipDouble(scan: Scan): void {
  for (scan.at++; scan.at < scan.text.length && scan.text[scan.at] !== '"'; )
    if (scan.text[scan.at] === "$") skipDollar(scan);
    else scan.at += scan.text[scan.at] === "\\" ? 2 : 1;
  scan.at++;
}

function skipSingle(scan: Scan): void {
  const end = scan.text.indexOf("'", scan.at + 1);
  scan.at = end < 0 ? scan.text.length : end + 1;
}

function skipComment(scan: Scan): void {
  while (scan.at < scan.text.length && scan.text[scan.at] !== "\n") scan.at++;
}

/** The script with `Q` for what is quoted or expanded, and without comments and here-documents. */
function withoutQuoted(script: string): { text: string; inner: string[] } {
  const text = script.replaceAll(/<<-? *['"]?(\w+)['"]?([^\n]*)\n[\s\S]*?\n\s*\1(?=\n|$)/g, "$2");
  const scan: Scan = { text: text.replaceAll("\\\n", " "), at: 0, inner: [] };
  let result = "";
  while (scan.at < scan.text.length) {
    const character = scan.text[scan.at];
    const atWord = /^[\s;(]?$/.test(scan.text[scan.at - 1] ?? "");
    if (character === "#" && atWord) skipComment(scan);
    else if (character === "'") [result] = [`${result}Q`, skipSingle(scan)];
    else if (character === '"') [result] = [`${result}Q`, skipDouble(scan)];
    else if (character === "$") [result] = [`${result}Q`, skipDollar(scan)];
    else result += scan.text[scan.at++];
  }
  return { text: result, inner: scan.inner };
}

/** The command of a piece of a line: behind assignments and the shell's own words. */
function commandOf(piece: string): string | undefined {
  const words = piece.trim().split(/\s+/);
  for (const [index, word] of words.entries()) {
    if (word === "case" || word === "for" || word.startsWith("[")) return undefined;
    if (/^\w+\+?=/.test(word) || /^(if|then|elif|else|while|until|do|exec|command|!|\{|time)$/.test(word))
      continue;
    // A redirection before the command.
    if (/^\d*[<>]/.test(word) || /^\d*[<>]+&?$/.test(words[index - 1] ?? "")) continue;
    return word;
  }
  return undefined;
}

/** Names that a script calls, but for the shell's own and for its functions. */
export function commandsIn(script: string): string[] {
  const { text, inner } = withoutQuoted(script);
  const functions = new Set([...text.matchAll(/^\s*([\w-]+) ?\(\)/gm)].map(([, name]) => name));
  const pieces = text
    .replaceAll(/^\s*[\w-]+ ?\(\)/gm, "")
    // The patterns of a case.
    .replaceAll(/^(\s*(?:case .* in)?)\(?[^()\n]*\)/gm, "$1")
    .replaceAll(/\bin [^()\n]*\)/g, "\n")
    .replaceAll(/;;[^()\n]*\)/g, "\n")
    .replaceAll(/\d*[<>]&\d?-?/g, "")
    .split(/[;|&()\n]/);
  const own = pieces.map(commandOf).filter((name) => name !== undefined && /^[a-z][\w.-]*$/.test(name));
  const nested = inner.flatMap(commandsIn);
  return [...own, ...nested].filter(
    (name): name is string => name !== undefined && !functions.has(name) && !WORDS_OF_THE_SHELL.has(name),
  );
}
