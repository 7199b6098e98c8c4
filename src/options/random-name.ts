import { ADJECTIVES, SURNAMES } from "./random-name-words.ts";

/**
 * A name such as `quiet_noether`.
 * @param randomInt a random whole number from 0 up to, not including, its argument
 */
export function randomName(randomInt: (below: number) => number): string {
  return `${pick(ADJECTIVES, randomInt)}_${pick(SURNAMES, randomInt)}`;
}

function pick(words: readonly string[], randomInt: (below: number) => number): string {
  return words[randomInt(words.length)] ?? "";
}
