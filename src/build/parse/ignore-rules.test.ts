import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { judgeFromRoot, mayKeepBelow, parseIgnoreFile } from "./ignore-rules.ts";

/** Lines of an ignore file, a path, and whether it is left out. */
const TABLE: readonly (readonly [lines: string, path: string, isIgnored: boolean])[] = [
  ["a", "a", true],
  ["a", "a/b", true],
  ["a", "b/a", false],
  ["/a", "a", true],
  ["a/", "a/b", true],
  ["./a", "a", true],
  ["*.md", "README.md", true],
  ["*.md", "docs/README.md", false],
  ["**/*.md", "docs/README.md", true],
  ["**/*.md", "README.md", true],
  ["*.md\n!README.md", "README.md", false],
  ["*.md\n!README.md\nREADME*", "README.md", true],
  ["*\n!src/**", "src/a", false],
  ["*\n!src/**", "lib/a", true],
  ["*\n!src", "src/a/b", false],
  ["a\n!a/b", "a/b", false],
  ["a\n!a/b", "a/c", true],
  ["a/*/c", "a/b/c", true],
  ["a/*/c", "a/b/b/c", false],
  ["a/**/c", "a/c", true],
  ["a/**/c", "a/b/b/c", true],
  ["a/**", "a", false],
  ["a/**", "a/b", true],
  ["**", "anything/at/all", true],
  ["?", "a", true],
  ["?", "ab", false],
  ["[a-c]", "b", true],
  ["[a-c]", "d", false],
  ["[^a]", "b", true],
  ["[^a]", "a", false],
  ["\\*", "*", true],
  ["\\*", "a", false],
  [".", "a", true],
  ["/", "a", true],
  ["# a comment\n\n  a  ", "a", true],
  ["\uFEFFa", "a", true],
  [" #a", "#a", true],
  ["**/node_modules", "x/y/node_modules/z", true],
  ["**.log", "x/y.log", true],
  ["a.b", "aXb", false],
  ["a+b", "a+b", true],
  ["(a)", "(a)", true],
];

describe("judgeFromRoot()", () => {
  for (const [lines, path, isIgnored] of TABLE) {
    test(`${JSON.stringify(lines)} ${isIgnored ? "ignores" : "keeps"} ${path}`, () => {
      assert.equal(judgeFromRoot(parseIgnoreFile(lines), path).isIgnored, isIgnored);
    });
  }

  test("a pattern that a backtracking matcher takes years for", () => {
    const rules = parseIgnoreFile(`${"**/a*".repeat(20)}b`);
    assert.equal(judgeFromRoot(rules, `${"a/".repeat(200)}c`).isIgnored, false);
  });
});

describe("parseIgnoreFile()", () => {
  for (const [text, message] of [
    ["!", 'illegal exclusion pattern: "!"'],
    ["a\n! ", 'illegal exclusion pattern: "!"'],
    ["[a", 'syntax error in pattern "[a"'],
    ["a\\", 'syntax error in pattern "a\\"'],
    ["[]", 'syntax error in pattern "[]"'],
    ["[-a]", 'syntax error in pattern "[-a]"'],
  ] as const) {
    test(`${JSON.stringify(text)} is refused`, () => {
      assert.throws(() => parseIgnoreFile(text), { message });
    });
  }
});

describe("mayKeepBelow()", () => {
  for (const [lines, directory, expected] of [
    ["*\n!src/a", "src", true],
    ["*\n!src/a", "lib", false],
    ["*\n!**/a", "lib", true],
    ["*\n!src", "src", false],
    ["*", "src", false],
  ] as const) {
    test(`${JSON.stringify(lines)}, ${directory}`, () => {
      assert.equal(mayKeepBelow(parseIgnoreFile(lines), directory), expected);
    });
  }
});
