import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Command } from "../cli/define-command.ts";
import { pageName, sectionsOf } from "../cli/help/man-page.ts";
import { commands } from "./index.ts";

/* What a page has by hand. commands.test.ts holds its generated part to the declaration. */
const MAN = join(import.meta.dirname, "../../man");

/** Commands by their own names; those that scripts alone call have no page. */
async function documented(): Promise<Map<string, Command>> {
  const found = new Map<string, Command>();
  for (const name of commands.names()) {
    const command = await commands.load(name);
    if (command !== undefined && !command.hidden) found.set(command.name, command);
  }
  return found;
}

/** What can be looked up in a text: flags, words in capitals, absolute paths, numbers. */
const FACTS = /--[a-z][\w-]*|\b[A-Z][A-Z_]{2,}\w*\b|(?<![\w.])[~$]?\/[\w./-]+\w|\b\d+\b/g;

/** A text that is understood only beside another one: the alphabet sorts the options. */
const LEANING = /^(The same (for|as)|Likewise|As above|Ditto|Also\b)/;

for (const [name, { summary, description = "", examples = [] }] of await documented()) {
  const page = readFileSync(join(MAN, pageName(name)), "utf8");
  const sections = sectionsOf(page);
  const section = (title: string): string => sections.get(title) ?? "";

  test(`man tspod ${name}: a description that says more than the summary`, () => {
    assert.notEqual(section("DESCRIPTION"), `${summary}.`);
    assert.match(section("DESCRIPTION"), /^[A-Z].*[.:]$/s);
  });

  // Each has words of its own, since a page has more room.
  test(`man tspod ${name}: every fact of --help's description`, () => {
    const facts = Array.from(`${summary}\n${description}`.matchAll(FACTS), ([fact]) => fact);
    const written = page.replaceAll(/[\\*]/g, "");
    assert.deepEqual(
      facts.filter((fact) => !written.includes(fact)),
      [],
    );
  });

  test(`man tspod ${name}: its options are whole sentences, each for itself`, () => {
    for (const [heading = "", ...lines] of section("OPTIONS").split(/^### /m).slice(1).map(linesOf)) {
      const text = lines.join("\n").trim();
      assert.match(text, /^[A-Z].*[.]$/s, heading);
      assert.doesNotMatch(text, LEANING, heading);
    }
  });

  test(`man tspod ${name}: examples, those of --help among them`, () => {
    assert.match(section("EXAMPLES"), /^ {4}\$ /m);
    const lines = linesOf(section("EXAMPLES"));
    for (const { line } of examples) assert.ok(lines.includes(`    $ ${line}`), line);
  });

  test(`man tspod ${name}: what it refers to is there`, () => {
    const pages = [...sections.values()].join("\n").matchAll(/tspod-[a-z-]+\(1\)/g);
    for (const [page] of pages) assert.ok(existsSync(join(MAN, page.replace("(1)", ".1.md"))), page);
    const related = section("SEE ALSO").split(", ");
    assert.equal(related.at(-1), "**tspod(1)**");
    assert.ok(related.length > 1, "SEE ALSO names no related command");
  });
}

function linesOf(text: string): string[] {
  return text.split("\n");
}
