// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the words of a Dockerfile
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { substitute, substituteWords } from "./substitute.ts";

const VALUES: Readonly<Record<string, string>> = {
  x: "foo",
  empty: "",
  path: "/usr/local/bin",
  words: "a  b c",
  dots: "a.b.c",
};
const lookup = (name: string): string | undefined => VALUES[name];

const GOOD: readonly (readonly [word: string, expected: string])[] = [
  ["plain", "plain"],
  ["$x", "foo"],
  ["${x}", "foo"],
  ["a$x-b", "afoo-b"],
  ["$xy", ""],
  ["${x}y", "fooy"],
  ["$", "$"],
  ["a$ b", "a$ b"],
  ["\\$x", "$x"],
  ["'$x'", "$x"],
  ['"$x"', "foo"],
  ['"\\$x"', "$x"],
  ['"a\\b"', "a\\b"],
  ['"a\\\\b"', "a\\b"],
  ["a\\b", "ab"],
  ["a\\", "a"],
  ['"it\'s"', "it's"],
  ["'say \"x\"'", 'say "x"'],
  ["${none:-w}", "w"],
  ["${none-w}", "w"],
  ["${empty:-w}", "w"],
  ["${empty-w}", ""],
  ["${x:-w}", "foo"],
  ["${x:+w}", "w"],
  ["${empty:+w}", ""],
  ["${empty+w}", "w"],
  ["${none+w}", ""],
  ["${none:-$x}", "foo"],
  ["${none:-${other:-deep}}", "deep"],
  ["${none:-}", ""],
  ["${x:?message}", "foo"],
  ["${x:-${none:?never said}}", "foo"],
  ["${path#/}", "usr/local/bin"],
  ["${path#*/}", "usr/local/bin"],
  ["${path##*/}", "bin"],
  ["${path%/*}", "/usr/local"],
  ["${path%%/*}", ""],
  ["${dots%.*}", "a.b"],
  ["${dots%%.*}", "a"],
  ["${dots/./-}", "a-b.c"],
  ["${dots//./-}", "a-b-c"],
  ["${dots//?/x}", "xxxxx"],
  ["${x/o*/u}", "fu"],
  ["${x//z/y}", "foo"],
  ["${x#nothing}", "foo"],
  ["${dots//\\./}", "abc"],
  ["$1", ""],
  ["${1:-one}", "one"],
  ["a#b", "a#b"],
  ["äö$x", "äöfoo"],
];

const BAD: readonly (readonly [word: string, message: string])[] = [
  ["${", "syntax error: missing '}'"],
  ["${x", "syntax error: missing '}'"],
  ["${x:", "syntax error: missing '}'"],
  ["${x:-w", "syntax error: missing '}'"],
  ["${}", "syntax error: bad substitution"],
  ["${:-w}", "syntax error: bad substitution"],
  ["${x:#o}", "unsupported modifier (:#) in substitution"],
  ["${x!y}", "unsupported modifier (!) in substitution"],
  ["${none:?message here}", "none: message here"],
  ["${none?}", "none: is not allowed to be unset"],
  ["${empty:?}", "empty: is not allowed to be empty"],
  ["'open", "unexpected end of statement while looking for matching single-quote"],
  ['"open', "unexpected end of statement while looking for matching double-quote"],
];

describe("substitute()", () => {
  for (const [word, expected] of GOOD) {
    test(word, () => assert.equal(substitute(word, { lookup }), expected));
  }
  for (const [word, message] of BAD) {
    test(`${word} is refused`, () => assert.throws(() => substitute(word, { lookup }), { message }));
  }

  test("with a backtick for the escape", () => {
    assert.equal(substitute("C:\\$x `$x", { lookup, escapeChar: "`" }), "C:\\foo $x");
  });

  test("in a heredoc quotes stay", () => {
    assert.equal(substitute("\"$x\" 'y' \\$x \\n", { lookup, keepQuotes: true }), "\"foo\" 'y' $x n");
  });

  test("tells of what is not set", () => {
    const unset: string[] = [];
    substitute("$x $none ${other} ${third:-w}", { lookup, onUnset: (name) => unset.push(name) });
    assert.deepEqual(unset, ["none", "other"]);
  });

  test("a pattern that a backtracking matcher takes years for", () => {
    const long = "a".repeat(2000);
    const text = `\${x##${"*a".repeat(30)}b}`;
    assert.equal(substitute(text, { lookup: () => long }), long);
  });
});

describe("substituteWords()", () => {
  for (const [word, expected] of [
    ["$words", ["a", "b", "c"]],
    ['"$words"', ["a  b c"]],
    ["80 $x", ["80", "foo"]],
    ["$none", []],
    ['""', [""]],
    ["a\\ b", ["a b"]],
  ] as const) {
    test(word, () => assert.deepEqual(substituteWords(word, { lookup }), expected));
  }
});
