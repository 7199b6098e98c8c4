import { isListed } from "./command-groups.ts";

/** The listed words that can follow a group's (`""`: the first words). */
export function wordsAfter(group: string, names: readonly string[]): string[] {
  const prefix = group === "" ? "" : `${group} `;
  const words = names
    .filter((name) => name.startsWith(prefix) && isListed(name))
    .map((name) => name.slice(prefix.length).split(" ", 1)[0] ?? "");
  return [...new Set(words)];
}
