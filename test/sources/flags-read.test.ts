import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { test } from "node:test";
import type { Flag } from "../../src/cli/flags/flag.ts";
import { globalFlagTable } from "../../src/cli/flags/global-flags.ts";
import { commands } from "../../src/commands/index.ts";

/*
 * A flag that is declared and read by nothing promises what is not done. For every command: each of its flags
 * is read by the command's file or one of those that it imports, or refused by name, or has a help that says
 * that it does nothing.
 */

const SRC = resolve(import.meta.dirname, "../..", "src");
/** The files that flags are read in: front ends, and what takes flags' values as they are. */
const READERS = /^(commands|cli|options)\//;

/** What the help of a flag without effect begins with: the user is not promised anything. */
const WITHOUT_EFFECT = /^(Ignored|Accepted)\b/;

/** The text of a file without its comments. */
function sourceOf(path: string): string {
  return readFileSync(path, "utf8")
    .replaceAll(/\/\*.*?\*\//gs, "")
    .replaceAll(/^\s*\/\/.*$/gm, "");
}

/** The file and all of the readers that it imports, in whatever way. */
function frontEndFiles(path: string, found = new Map<string, string>()): Map<string, string> {
  if (found.has(path) || !READERS.test(relative(SRC, path))) return found;
  const text = sourceOf(path);
  found.set(path, text);
  for (const [, target = ""] of text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g))
    frontEndFiles(resolve(dirname(path), target), found);
  return found;
}

/** Whether a text reads a flag: as a member, by destructuring, or by asking whether it was given. */
function reads(text: string, flag: string): boolean {
  const member = /^\w+$/.test(flag) ? `\\??\\.${flag}\\b|` : "";
  const bare = /^\w+$/.test(flag) ? `[{,]\\s*${flag}\\s*(?:[,}]|=[^>]|: [a-zA-Z]+[,} ])|` : "";
  return new RegExp(
    `${member}${bare}\\["${flag}"\\]|"${flag}": [a-zA-Z]|\\b(?:has|value|isGiven)\\("${flag}"|[[,] ?"${flag}"[,\\]]`,
  ).test(text);
}

/** Whether a table of flags that are refused names it, with the reason. */
function refuses(text: string, flag: string): boolean {
  return new RegExp(`^  "?${flag}"?: (?:"|[A-Z_]+,)`, "m").test(text);
}

test("global flags", () => {
  const texts = globSync(["program.ts", "cli/**/*.ts", "commands/**/*.ts"], { cwd: SRC }).map((file) =>
    sourceOf(resolve(SRC, file)),
  );
  for (const [flag, { help }] of Object.entries<Flag>(globalFlagTable)) {
    const isRead = texts.some((text) => reads(text, flag) || refuses(text, flag));
    assert.ok(isRead || WITHOUT_EFFECT.test(help), `nothing reads --${flag}: "${help}"`);
  }
});

const indexText = readFileSync(resolve(SRC, "commands/index.ts"), "utf8");

for (const name of commands.names()) {
  const [, file = ""] =
    new RegExp(`^ *(?:"${name}"|${name}): \\(\\) =>\\s*import\\("([^"]+)"\\)`, "m").exec(indexText) ?? [];
  test(name, async () => {
    const command = await commands.load(name);
    assert.ok(command);
    assert.notEqual(file, "", "its file is not found in commands/index.ts");
    const texts = [...frontEndFiles(resolve(SRC, "commands", file)).values()];
    for (const [flag, { help }] of Object.entries(command.flags)) {
      const isRead = texts.some((text) => reads(text, flag) || refuses(text, flag));
      assert.ok(isRead || WITHOUT_EFFECT.test(help), `nothing reads --${flag}: "${help}"`);
    }
  });
}
