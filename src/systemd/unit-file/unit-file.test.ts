import assert from "node:assert/strict";
import { test } from "node:test";
import { sectionOf } from "./section.ts";
import { mergeUnit, parseUnit } from "./unit-file.ts";

const PATH = "/q/web.container";
const section = (text: string) => sectionOf(parseUnit(`[A]\n${text}`, PATH), "A");

for (const [name, text, expected] of [
  ["a value", "K=v", ["v"]],
  ["blanks around it", "  K  =  v w ", ["v w"]],
  ["comments between", "K=a\n# no\n; no\n\nK=b", ["a", "b"]],
  ["lines that are continued", "K=a \\\n   b\\\n# no\n c", ["a b c"]],
  ["a continuation that never comes", "K=a \\", ["a"]],
  ["an empty one takes back what was said", "K=a\nK=\nK=b", ["b"]],
  ["an equals sign in the value", "K=a=b", ["a=b"]],
  ["no such key", "L=a", []],
] as const) {
  test(`a unit's key: ${name}`, () => assert.deepEqual(section(text).all("K"), expected));
}

for (const [text, message] of [
  ["K=v", `${PATH}:1: K= stands before the first section`],
  ["[A]\nK=v\nnonsense", `${PATH}:3: "nonsense" is no section, "Key=Value" or comment`],
  ["[A]\nK x=v", `${PATH}:2: "K x=v" is no section, "Key=Value" or comment`],
  ["[A]\nK=a\0b", `${PATH}:2: a control character stands there`],
  ["[A]\nK=a \\\n \u001b[2Jb", `${PATH}:2: a control character stands there`],
  ["[]", `${PATH}:1: "[]" is no section, "Key=Value" or comment`],
] as const) {
  test(`parseUnit() refuses ${JSON.stringify(text)}`, () =>
    assert.throws(() => parseUnit(text, PATH), { message }));
}

test("a drop-in's lines come after the unit's", () => {
  const unit = parseUnit("[A]\nK=a\n[B]\nK=x", PATH);
  const merged = mergeUnit(unit, parseUnit("[A]\nK=b\n[C]\nK=y", "/q/web.container.d/1.conf"));
  assert.deepEqual(sectionOf(merged, "A").all("K"), ["a", "b"]);
  assert.equal(sectionOf(merged, "A").last("K"), "b");
  assert.deepEqual([...merged.sections.keys()], ["A", "B", "C"]);
  assert.match(sectionOf(merged, "A").error("K", "no").message, /^\/q\/web\.container\.d\/1\.conf:2: no$/);
});

test("a value's quotes are taken off where they are around all of it", () => {
  assert.equal(section('K="a b"').last("K"), "a b");
  assert.equal(section('K="').last("K"), '"');
  assert.equal(section("L=").last("K"), undefined);
});

for (const [value, expected] of [
  ["yes", true],
  ["1", true],
  ["On", true],
  ["no", false],
  ["nonsense", false],
] as const) {
  test(`a boolean: ${value}`, () => assert.equal(section(`K=${value}`).boolean("K"), expected));
}
