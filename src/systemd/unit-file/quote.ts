const CONTROL: Readonly<Record<string, string>> = { "\n": "\\n", "\t": "\\t", "\r": "\\r" };

/**
 * One argument of a command line in a unit, so that systemd gives it to the program as it is.
 * @param specifiers false where `%t` and `$HOME` are for systemd to fill in
 * @see systemd.service(5), Command lines
 */
export function unitArgument(text: string, { specifiers = false } = {}): string {
  const literal = specifiers ? text : text.replaceAll("$", "$$$$").replaceAll("%", "%%");
  // A semicolon by itself would begin another command.
  return /[\s"']|^;?$/.test(literal) ? quoted(literal) : literal.replaceAll("\\", "\\\\");
}

function quoted(text: string): string {
  const escaped = text
    .replace(/[\\"]/g, "\\$&")
    .replace(/[\x00-\x1f\x7f]/g, (letter) => CONTROL[letter] ?? hexEscape(letter));
  return `"${escaped}"`;
}

function hexEscape(letter: string): string {
  return `\\x${letter.charCodeAt(0).toString(16).padStart(2, "0")}`;
}
