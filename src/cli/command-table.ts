import type { Command, CommandRows, CommandTable } from "./define-command.ts";

export function commandTable(rows: CommandRows): CommandTable {
  return {
    names: () => Object.keys(rows),
    has: (name) => Object.hasOwn(rows, name),
    load: (name) => (Object.hasOwn(rows, name) ? rows[name]?.().then(({ command }) => command) : undefined),
  };
}

/**
 * The same table out of a text, which scripts/bundle.ts makes of the rows. Every call of tspod has this
 * table, and a function for each of 230 rows took 1 % of the time of a `ps`.
 * @param packed a line `WORDS=CHUNK` for each command, with a line end before the first and behind the last
 * @param loadChunk gives what a chunk exports
 */
export function packedCommandTable(
  packed: string,
  loadChunk: (chunk: string) => { readonly command: Command },
): CommandTable {
  return {
    names: () =>
      packed
        .trim()
        .split("\n")
        .map((line) => line.slice(0, line.indexOf("="))),
    has: (name) => chunkOf(packed, name) !== undefined,
    load(name) {
      const chunk = chunkOf(packed, name);
      return chunk === undefined
        ? undefined
        : Promise.resolve(chunk).then((found) => loadChunk(found).command);
    },
  };
}

/** Words that the user has typed: an empty one, or one with a line end in it, names no command. */
function chunkOf(packed: string, name: string): string | undefined {
  if (name === "" || /[=\n]/.test(name)) return undefined;
  const at = packed.indexOf(`\n${name}=`);
  if (at < 0) return undefined;
  const begin = at + name.length + 2;
  return packed.slice(begin, packed.indexOf("\n", begin));
}
