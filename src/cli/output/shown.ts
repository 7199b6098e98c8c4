import { withoutControls } from "../../errors.ts";
import { isTerminal } from "./is-terminal.ts";

/**
 * Text of images, containers and servers as a list is to print it: on a terminal control characters are
 * shown, `\x1b`, since they would move its cursor or change its title; a script gets them as they are.
 */
export function shownText(): (text: string) => string {
  return isTerminal(1) ? withoutControls : (text) => text;
}
