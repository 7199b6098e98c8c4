import assert from "node:assert/strict";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { tmpStore } from "../../../test/fixtures/build-image.ts";
import { type Journal, type JournalStep, listJournals, saveJournal } from "./journal.ts";
import { whyNotCached } from "./why-not-cached.ts";

function journalOf(environment: string): Journal {
  const step: JournalStep = { text: "RUN true", outcome: "done", milliseconds: 1, facts: { environment } };
  return {
    schemaVersion: 1,
    name: { context: "/c", dockerfile: "Dockerfile", target: "", platform: "" },
    started: 1,
    noCache: false,
    stages: [{ index: 0, name: "build", from: "scratch", needs: [], began: 0, ended: 1, steps: [step] }],
  };
}

test("a build's journal holds that of the build before it, and no more", (context) => {
  const store = tmpStore(context);
  for (const environment of ['["A=1"]', '["A=2"]', '["A=3"]']) saveJournal(store, journalOf(environment));
  const [journal, ...others] = listJournals(store);
  assert.ok(journal);
  assert.deepEqual(others, []);
  const before = journal.before;
  assert.equal(before?.stages[0]?.steps[0]?.facts.environment, '["A=2"]');
  assert.ok(!("before" in before));
  assert.deepEqual(whyNotCached(store, journal)[0]?.reasons, [
    'the argument or variable A has changed: from "2" to "3"',
  ]);
});

for (const [name, change] of [
  ["cut short", (text: string) => text.slice(0, 60)],
  ["null", () => "null"],
  ["of a newer tspod", (text: string) => text.replace('"schemaVersion":1', '"schemaVersion":2')],
  ["with stages that are none", (text: string) => text.replace(/"stages":\[.*?\]\}\]/, '"stages":[null]')],
  ["with a fact that is a number", (text: string) => text.replace('"environment":"[]"', '"environment":7')],
] as const)
  test(`a journal ${name} counts as none, and the next build writes it anew`, (context) => {
    const store = tmpStore(context);
    saveJournal(store, journalOf("[]"));
    const directory = join(store.root, "build/journal");
    const [file = ""] = readdirSync(directory);
    const sound = JSON.stringify(journalOf("[]"));
    assert.notEqual(change(sound), sound);
    writeFileSync(join(directory, file), change(sound));
    assert.deepEqual(listJournals(store), []);
    saveJournal(store, journalOf("[]"));
    assert.deepEqual(listJournals(store), [journalOf("[]")]);
  });

test("a fact that can't be read is no reason to fail", (context) => {
  const journal = { ...journalOf('["A=1"]'), before: journalOf("{broken") };
  assert.deepEqual(whyNotCached(tmpStore(context), journal)[0]?.reasons, [
    'the argument or variable A is new: "1"',
  ]);
});
