import { TspodError } from "../errors.ts";
import { ADJECTIVES, SURNAMES } from "./name-words.ts";

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;
const RULE = "names must match [a-zA-Z0-9][a-zA-Z0-9_.-]*: invalid argument";

/**
 * A name such as `quiet_noether`.
 * @param random two numbers from 0 up to, not including, 1; a third from the fourth attempt on, when most names are
 *   taken: it is added as a digit
 */
export function randomName([first, second, third]: readonly [number, number, number?]): string {
  const name = `${pick(ADJECTIVES, first)}_${pick(SURNAMES, second)}`;
  return third === undefined ? name : `${name}${Math.floor(third * 10)}`;
}

function pick(words: readonly string[], random: number): string {
  return words[Math.floor(random * words.length)] ?? "";
}

/** @throws {TspodError} If a container can't be called so. */
export function checkContainerName(name: string): void {
  if (!NAME.test(name)) throw new TspodError(`running container create option: ${RULE}`);
}

/** @throws {TspodError} If a volume can't be called so. */
export function checkVolumeName(name: string): void {
  if (!NAME.test(name))
    throw new TspodError(`creating named volume "${name}": running volume create option: ${RULE}`);
}
