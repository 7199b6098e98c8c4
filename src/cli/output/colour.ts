import type { Env } from "../../os/env.ts";
import { isTerminal } from "./is-terminal.ts";

export type Colour = "cyan" | "gray" | "green" | "magenta" | "red" | "yellow" | "blue";

/**
 * Whether what goes to a descriptor is coloured: on a terminal that knows colours, where nobody has asked for
 * none.
 * @see https://no-color.org
 */
export function isColoured(env: Env, fd: number): boolean {
  if (env.NO_COLOR || env.TERM === "dumb") return false;
  return isTerminal(fd);
}

/**
 * The text between the terminal's sequences for a colour. node:util is there anyway; chalk would take 1.5 ms.
 */
export function paint(colour: Colour, text: string): string {
  return process.getBuiltinModule("node:util").styleText(colour, text, { validateStream: false });
}

/** A line of standard error with its first word in colour: `Error:` red, `WARN[0000]` yellow. */
export function paintLead(line: string): string {
  return line
    .replace(/^(?:Error|ERRO\[\d+\]):?/, (word) => paint("red", word))
    .replace(/^WARN\[\d+\]/, (word) => paint("yellow", word));
}

const NAME_COLOURS = ["cyan", "yellow", "green", "magenta", "blue"] as const satisfies readonly Colour[];

/** One colour after the other, for the names of things that stand side by side. */
export function colourOf(index: number): Colour {
  return NAME_COLOURS[index % NAME_COLOURS.length] ?? "cyan";
}
