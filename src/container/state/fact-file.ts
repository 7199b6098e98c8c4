import { existsSync, readFileSync } from "node:fs";
import { type Facts, parseFacts } from "../../protocol/facts.ts";

/** The facts in a file; undefined where there is no such file. */
export function readFacts<Key extends string>(path: string): Facts<Key> | undefined {
  // Asked first: a thrown error costs more than all the rest, and most containers lack most of these files.
  if (!existsSync(path)) return undefined;
  try {
    return parseFacts(readFileSync(path, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
