import { existsSync, readFileSync } from "node:fs";

/** The lines `key value` of a file that the monitor writes (native/protocol.h, 4). */
export type Facts = ReadonlyMap<string, string>;

export function parseFacts(text: string): Facts {
  const facts = new Map<string, string>();
  for (const line of text.split("\n")) {
    const space = line.indexOf(" ");
    if (space > 0) facts.set(line.slice(0, space), line.slice(space + 1));
  }
  return facts;
}

/** The facts in a file; undefined where there is no such file. */
export function readFacts(path: string): Facts | undefined {
  // Asked first: a thrown error costs more than all the rest, and most containers lack most of these files.
  if (!existsSync(path)) return undefined;
  try {
    return parseFacts(readFileSync(path, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
