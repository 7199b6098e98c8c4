import assert from "node:assert/strict";
import { test } from "node:test";
import { parseAnswers, parseFailure } from "./answers.ts";

const NOTHING = { created: undefined, started: false, ended: undefined, failure: undefined };

test("parseAnswers(): nothing yet, or half a line", () => {
  assert.deepEqual(parseAnswers(""), NOTHING);
  assert.deepEqual(parseAnswers("created 12"), NOTHING);
  assert.deepEqual(parseAnswers("created 12\nstarte"), { ...NOTHING, created: 12 });
});

test("parseAnswers(): a start", () =>
  assert.deepEqual(parseAnswers("created 12\nstarted\n"), { ...NOTHING, created: 12, started: true }));

test("parseAnswers(): the process has ended before a client has attached", () =>
  assert.deepEqual(parseAnswers("created 12\nstarted\nended 137\n"), {
    created: 12,
    started: true,
    ended: 137,
    failure: undefined,
  }));

test("parseAnswers(): a failure, with text or without", () => {
  const failure = { stage: "mount", number: 2, text: "/a b" };
  assert.deepEqual(parseAnswers("failed mount 2 /a b\n"), { ...NOTHING, failure });
  assert.deepEqual(parseFailure("failed create 1 "), { stage: "create", number: 1, text: "" });
  assert.equal(parseFailure("started"), undefined);
});
