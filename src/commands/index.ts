import type { Command } from "./framework/define-command.ts";

/** Each chunk exports its command as `command`. */
type LoadCommand = () => Promise<{ readonly command: Command }>;

/**
 * Every command by its words. One row a line, sorted; two names for one command are two rows.
 * A row: the words, then what loads it. Nothing is loaded but the one that runs.
 */
export const commands: Readonly<Record<string, LoadCommand>> = {
  version: () => import("./version.ts"),
};
