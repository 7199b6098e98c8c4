import assert from "node:assert/strict";
import { test } from "node:test";
import { checkContainerName, checkVolumeName } from "./names.ts";
import { randomName } from "./random-name.ts";
import { ADJECTIVES, SURNAMES } from "./random-name-words.ts";

for (const name of ["a", "0", "web-1", "A_b.c"]) {
  test(`"${name}" is a name`, () => assert.doesNotThrow(() => checkContainerName(name)));
}
for (const name of ["", "-x", "_x", "a/b", "a b", "ä", "a\n"]) {
  test(`${JSON.stringify(name)} is no name`, () => {
    assert.throws(() => checkContainerName(name), /names must match \[a-zA-Z0-9\]\[a-zA-Z0-9_\.-\]\*/);
    assert.throws(() => checkVolumeName(name), /^Error|names must match/);
  });
}

test("a name of 256 characters is too long for the file that it becomes", () => {
  assert.doesNotThrow(() => checkContainerName("a".repeat(255)));
  assert.throws(() => checkContainerName("a".repeat(256)), /: names must not be longer than 255 characters/);
  assert.throws(() => checkVolumeName("a".repeat(256)), /: names must not be longer than 255 characters/);
});

test("there are enough names", () => {
  assert.ok(new Set(ADJECTIVES).size >= 90 && new Set(ADJECTIVES).size === ADJECTIVES.length);
  assert.ok(new Set(SURNAMES).size >= 200 && new Set(SURNAMES).size === SURNAMES.length);
});

test("randomName() is an adjective and a surname", () => {
  assert.equal(
    randomName(() => 0),
    "agile_abel",
  );
  assert.match(
    randomName((below) => below - 1),
    /^[a-z]+_[a-z]+$/,
  );
  for (const word of [...ADJECTIVES, ...SURNAMES]) assert.match(word, /^[a-z]+$/);
});
