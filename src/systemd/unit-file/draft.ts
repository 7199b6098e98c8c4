import { unitArgument } from "./quote.ts";
import type { UnitFile } from "./unit-file.ts";

/** A unit that is being written: a copy of another, to be changed. */
export interface UnitDraft {
  add(section: string, key: string, value: string): void;
  /** As the section's first line. */
  prepend(section: string, key: string, value: string): void;
  /** In place of all of that key. */
  set(section: string, key: string, value: string): void;
  has(section: string, key: string): boolean;
  /**
   * A command line, quoted; specifiers in it are systemd's to fill in. @param prefix `-`: its failure doesn't
   * count
   */
  addCommand(key: string, words: readonly string[], prefix?: string): void;
  rename(section: string, name: string): void;
  text(): string;
}

type Line = readonly [key: string, value: string];

/** @param unit what it begins with */
export function draftOf(unit: UnitFile): UnitDraft {
  let sections = new Map<string, Line[]>([
    ["Unit", []], // where people look for it
    ...[...unit.sections].map(([name, lines]): [string, Line[]] => [
      name,
      lines.map(({ key, value }): Line => [key, value]),
    ]),
  ]);
  const linesOf = (name: string): Line[] => {
    const lines = sections.get(name) ?? [];
    sections.set(name, lines);
    return lines;
  };
  const add: UnitDraft["add"] = (section, key, value) => void linesOf(section).push([key, value]);
  return {
    add,
    prepend: (section, key, value) => void linesOf(section).unshift([key, value]),
    set(section, key, value) {
      const others = linesOf(section).filter(([name]) => name !== key);
      sections.set(section, [...others, [key, value]]);
    },
    has: (section, key) => sections.get(section)?.some(([name]) => name === key) ?? false,
    addCommand: (key, words, prefix = "") =>
      add("Service", key, prefix + words.map((word) => unitArgument(word, { specifiers: true })).join(" ")),
    rename(section, name) {
      sections = new Map([...sections].map(([old, lines]) => [old === section ? name : old, lines]));
    },
    text: () =>
      [...sections]
        .map(([name, lines]) => `[${name}]\n${lines.map(([key, value]) => `${key}=${value}\n`).join("")}`)
        .join("\n"),
  };
}
