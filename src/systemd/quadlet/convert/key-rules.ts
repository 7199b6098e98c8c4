import type { Section } from "../../unit-file/section.ts";

/**
 * What a key adds to the command line.
 * @param directory absolute path of the quadlet's directory, for relative paths
 */
export type KeyRule = (section: Section, key: string, directory: string) => readonly string[];

/** Read by the conversion itself. */
export const elsewhere: KeyRule = () => [];

/** One value: `--flag VALUE`. An empty one is none. */
export function text(flag: string): KeyRule {
  return (section, key) => {
    const value = section.last(key);
    return value ? [flag, value] : [];
  };
}

/** The flag once for each time that the key is there, with the whole value, blanks included. */
export function each(flag: string): KeyRule {
  return (section, key) => section.all(key).flatMap((value) => [flag, value]);
}

/** A value for each word, as written or as `map` has it. */
export function words(flag: string, map: (word: string) => string = (word) => word): KeyRule {
  return (section, key) => section.words(key).flatMap((word) => [flag, map(word)]);
}

/** As words(), with escapes. */
export function args(flag: string, map: (word: string) => string = (word) => word): KeyRule {
  return (section, key) => section.arguments(key).flatMap((word) => [flag, map(word)]);
}

/** `--flag`, `--flag=false`. */
export function boolean(flag: string): KeyRule {
  return (section, key) => {
    const value = section.boolean(key);
    return value === undefined ? [] : [value ? flag : `${flag}=false`];
  };
}

/** The words only where it is true. */
export function whenTrue(...added: readonly string[]): KeyRule {
  return (section, key) => (section.boolean(key) === true ? added : []);
}

/** `KEY=VALUE` words; of two with the same key the last counts. */
export function pairs(flag: string): KeyRule {
  return (section, key) => {
    const found = new Map(section.arguments(key).map((word) => [word.split("=", 1)[0], word]));
    return [...found.values()].flatMap((word) => [flag, word]);
  };
}
