import type { CommandTable } from "./define-command.ts";

/** What the words of a command line lead to. */
export type Found =
  | { readonly kind: "command"; readonly name: string; readonly rest: readonly string[] }
  /** Words that only stand before commands, and nothing after them. */
  | { readonly kind: "group"; readonly name: string; readonly rest: readonly string[] }
  /** A word stands behind a group (`""`: the first words) where a command should, and is none. */
  | { readonly kind: "unknown"; readonly group: string; readonly word: string };

export interface FindOptions {
  readonly commands: Pick<CommandTable, "names" | "has">;
  /** Takes the flags off a command line's front: podman allows its global flags between the words. */
  readonly nextOperand: (argv: readonly string[], group: string) => readonly string[];
}

/** Follow the words of a command line to a command: `container ls -a` to `container ls`. */
export function findCommand(argv: readonly string[], { commands, nextOperand }: FindOptions): Found {
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
      return { kind: "unknown", group, word };
    group = name;
    rest = nextOperand(after, group);
  }
}
