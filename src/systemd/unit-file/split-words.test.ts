import assert from "node:assert/strict";
import { test } from "node:test";
import { splitWords } from "./split-words.ts";

for (const [text, words] of [
  ["", []],
  ["  a\t b ", ["a", "b"]],
  ['"a b" c', ["a b", "c"]],
  ["'a b'", ["a b"]],
  ['x"a b"y', ["xa by"]],
  ['""', [""]],
  ['"never closed', ["never closed"]],
  [`"it's"`, ["it's"]],
] as const) {
  test(`splitWords(): ${JSON.stringify(text)}`, () => assert.deepEqual(splitWords(text), words));
}

for (const [text, words] of [
  ["a\\tb", ["a\tb"]],
  ["a\\sb", ["a b"]],
  ["\\x41\\102\\u00e9\\U0001f600", ["AB\u00e9\u{1f600}"]],
  ['"say \\"hi\\""', ['say "hi"']],
  ["\\\\", ["\\"]],
  ["end\\", ["end"]],
] as const) {
  test(`splitWords() with escapes: ${text}`, () =>
    assert.deepEqual(splitWords(text, { escapes: true }), words));
}

test("splitWords() leaves a backslash where escapes are none", () =>
  assert.deepEqual(splitWords("a\\tb"), ["a\\tb"]));

for (const [text, message] of [["\\Uffffffff", '"\\Uffffffff" is no letter of Unicode']] as const) {
  test(`splitWords() refuses ${text}`, () =>
    assert.throws(() => splitWords(text, { escapes: true }), { message }));
}

test("splitWords() keeps what is no escape, and says so", () => {
  const unknown: string[] = [];
  const words = splitWords("^foo(\\?.*)$ 'a\\.b' c\\td", {
    escapes: true,
    onUnknown: (letter) => unknown.push(letter),
  });
  assert.deepEqual(words, ["^foo(\\?.*)$", "a\\.b", "c\td"]);
  assert.deepEqual(unknown, ["?", "."]);
});
