import { UsageError } from "../errors.ts";
import { nearest } from "../options/edit-distance.ts";
import { isListed } from "./command-groups.ts";
import type { CommandTable } from "./define-command.ts";
import { commandsMeant, reasonForMissing } from "./missing-commands.ts";

/** A word stands where a command should, and is none. */
export class UnknownCommandError extends UsageError {}

/** What the words of a command line lead to. */
export type Found =
  | { readonly kind: "command"; readonly name: string; readonly rest: readonly string[] }
  /** Words that only stand before commands, and nothing after them. */
  | { readonly kind: "group"; readonly name: string; readonly rest: readonly string[] };

export interface FindOptions {
  readonly commands: Pick<CommandTable, "names" | "has">;
  /** What the user calls us. */
  readonly program: string;
  /** Takes the flags off a command line's front: podman allows its global flags between the words. */
  readonly nextOperand: (argv: readonly string[], group: string) => readonly string[];
}

/**
 * Follow the words of a command line to a command: `container ls -a` to `container ls`.
 * @throws {UsageError} If a word is no command, with the near ones as a hint, or why tspod has none like
 * Podman's
 */
export function findCommand(argv: readonly string[], { commands, program, nextOperand }: FindOptions): Found {
  let group = "";
  let rest = nextOperand(argv, group);
  for (;;) {
    const [word, ...after] = rest;
    if (word === undefined) return { kind: "group", name: group, rest };
    const name = group === "" ? word : `${group} ${word}`;
    // `port add web 80` is the command `port add`; `port add` alone asks for the ports of a container called
    // add.
    const goesOn = after.length > 1 && commands.has(`${name} ${after[0]}`);
    if (commands.has(name) && !goesOn) return { kind: "command", name, rest: after };
    if (!commands.names().some((known) => known.startsWith(`${name} `)))
      throw unknownCommand(group, word, { names: commands.names(), program });
    group = name;
    rest = nextOperand(after, group);
  }
}

/** The listed words that can follow a group's (`""`: the first words). */
export function wordsAfter(group: string, names: readonly string[]): string[] {
  const prefix = group === "" ? "" : `${group} `;
  const words = names
    .filter((name) => name.startsWith(prefix) && isListed(name))
    .map((name) => name.slice(prefix.length).split(" ", 1)[0] ?? "");
  return [...new Set(words)];
}

function unknownCommand(
  group: string,
  word: string,
  { names, program: name }: { names: readonly string[]; program: string },
): UsageError {
  const program = [name, group].filter(Boolean).join(" ");
  const reason = reasonForMissing([group, word].filter(Boolean).join(" "));
  if (reason !== undefined) return new UsageError(`\`${program} ${word}\` is not supported: ${reason}`);
  const known = wordsAfter(group, names);
  const meant = commandsMeant(word, known);
  const near = meant.length > 0 ? meant : nearest(word, known).slice(0, 3);
  const question =
    near.length === 0 ? "" : `\nDid you mean this?\n${near.map((name) => `\t${name}\n`).join("")}\n`;
  return new UnknownCommandError(
    `unrecognized command \`${program} ${word}\``,
    `${question}Try '${program} --help' for more information`,
  );
}
