// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the words of Dockerfiles

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { DOCKERFILES, dockerfileOf } from "../../../test/build/corpus/ideas.ts";
import { TspodError } from "../../errors.ts";
import { parseDockerfile } from "./dockerfile.ts";
import { judgeFromRoot, parseIgnoreFile } from "./ignore-rules.ts";
import { substitute } from "./substitute.ts";

const MILLISECONDS = 500;
const PIECES = [
  "\\",
  "\n",
  "<<E",
  "\nE\n",
  "$",
  "${",
  "}",
  "'",
  '"',
  "[",
  "]",
  "--",
  "=",
  "#",
  "\r",
  "`",
  "**",
  "*",
  "?",
  "!",
  "/",
  "\0",
  "ü",
];
const seed = Number(process.env.TSPOD_FUZZ_SEED ?? Date.now() % 1_000_000);

/**
 * Numbers from 0 to 1 that a seed decides. @see https://en.wikipedia.org/wiki/Lehmer_random_number_generator
 */
function random(start: number): () => number {
  let state = (start % 2_147_483_646) + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** A text with some pieces put in, taken out or doubled. */
function changed(text: string, next: () => number): string {
  let result = text;
  for (let count = 1 + Math.floor(next() * 4); count > 0; count--) {
    const at = Math.floor(next() * (result.length + 1));
    const piece = PIECES[Math.floor(next() * PIECES.length)] ?? "";
    const length = Math.floor(next() * 8);
    const kind = Math.floor(next() * 3);
    const inserted = kind === 0 ? piece : kind === 1 ? "" : result.slice(at, at + length).repeat(2);
    result = result.slice(0, at) + inserted + result.slice(at + (kind === 0 ? 0 : length));
  }
  return result;
}

/**
 * Act on changed texts for half a second: it may only fail by a line for the user, and takes no time to speak
 * of.
 */
function fuzz(texts: readonly string[], act: (text: string, next: () => number) => void): void {
  const next = random(seed);
  for (const end = Date.now() + MILLISECONDS; Date.now() < end; ) {
    const text = changed(texts[Math.floor(next() * texts.length)] ?? "", next);
    const begun = performance.now();
    try {
      act(text, next);
    } catch (error) {
      assert.ok(error instanceof TspodError, `seed ${seed}, ${JSON.stringify(text)}: ${String(error)}`);
      assert.doesNotMatch(error.message, /\n/, `seed ${seed}, ${JSON.stringify(text)}`);
    }
    assert.ok(performance.now() - begun < 1000, `seed ${seed}: ${JSON.stringify(text)} takes too long`);
  }
}

describe("changed inputs", () => {
  test("Dockerfiles", () => fuzz(DOCKERFILES.map(dockerfileOf), (text) => void parseDockerfile(text)));

  test("words with variables", () => {
    const words = ["$x", "${x:-a}", "${x%%*/}", "${x//a/b}", "'a' \"$x\"", "a\\$b", "${x:?m}"];
    fuzz(words, (text) => void substitute(text, { lookup: (name) => (name === "x" ? "a/b/a" : undefined) }));
  });

  test("ignore files", () => {
    fuzz(["*\n!src/**\n", "**/*.md\n", "a/[b-d]?/**\n!x\n", "# c\n\\*\n"], (text, next) => {
      judgeFromRoot(parseIgnoreFile(text), changed("src/a/b.md", next));
    });
  });
});
