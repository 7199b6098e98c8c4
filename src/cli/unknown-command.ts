import { UsageError } from "../errors.ts";
import { nearest } from "../options/edit-distance.ts";
import { commandsMeant, reasonForMissing } from "./missing-commands.ts";
import { wordsAfter } from "./words-after.ts";

/** A word stands where a command should, and is none of Podman's either. */
export class UnknownCommandError extends UsageError {}

/**
 * What to say of a word that is no command: the near ones, or why tspod has none like Podman's.
 * @param group words before it; "": none
 * @param program what the user calls us
 */
export function unknownCommand(
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
