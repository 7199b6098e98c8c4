/**
 * One command line of the tables, as text: words at spaces, `'…'` keeps them together, IMAGE is the test's
 * image.
 */
export type CommandLine = string;

/** Command lines that are run one after the other on the same containers. */
export interface Script {
  readonly name: string;
  readonly lines: readonly CommandLine[];
}

/** The words of a line. `''` is an empty word. */
export function wordsOf(line: CommandLine, image: string): string[] {
  const words = line.match(/(?:'[^']*'|[^\s'])+/g) ?? [];
  return words.map((word) => word.replaceAll("'", "").replace(/\bIMAGE\b/, image));
}
