import assert from "node:assert/strict";
import { test } from "node:test";
import { journalRecord, parseJournal } from "./journal-entry.ts";

const binary = (name: string, text: string) => {
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(Buffer.byteLength(text)));
  return Buffer.concat([Buffer.from(`${name}\n`), size, Buffer.from(`${text}\n`)]);
};
const STAMP = "__REALTIME_TIMESTAMP=1700000000000001\n";
const whole = Buffer.concat([
  Buffer.from(`__CURSOR=a=b\n${STAMP}PRIORITY=6\nMESSAGE=plain = text\n\n`),
  Buffer.from(`${STAMP}PRIORITY=3\n`),
  binary("MESSAGE", "two\n\nlines=\n"),
  Buffer.from("CONTAINER_PARTIAL_MESSAGE=true\n\n"),
]);
const shown = ({ entries }: ReturnType<typeof parseJournal>) =>
  entries.map((entry) => [...entry].map(([name, value]) => [name, value.toString()]));

test("parseJournal(): text and binary fields", () => {
  const parsed = parseJournal(whole);
  assert.deepEqual(shown(parsed), [
    [
      ["__CURSOR", "a=b"],
      ["__REALTIME_TIMESTAMP", "1700000000000001"],
      ["PRIORITY", "6"],
      ["MESSAGE", "plain = text"],
    ],
    [
      ["__REALTIME_TIMESTAMP", "1700000000000001"],
      ["PRIORITY", "3"],
      ["MESSAGE", "two\n\nlines=\n"],
      ["CONTAINER_PARTIAL_MESSAGE", "true"],
    ],
  ]);
  assert.equal(parsed.left.length, 0);
});

test("parseJournal(): cut anywhere, the rest with what follows is the same", () => {
  for (let cut = 0; cut <= whole.length; cut++) {
    const first = parseJournal(whole.subarray(0, cut));
    const second = parseJournal(Buffer.concat([first.left, whole.subarray(cut)]));
    assert.deepEqual([...shown(first), ...shown(second)], shown(parseJournal(whole)), `cut at ${cut}`);
  }
});

test("journalRecord(): priority 3 is stderr, a mark makes it partial, times have nanoseconds", () => {
  const records = parseJournal(whole).entries.map(journalRecord);
  assert.deepEqual(
    records.map((record) => record && [record.stream, record.partial, record.text.toString()]),
    [
      ["stdout", false, "plain = text"],
      ["stderr", true, "two\n\nlines=\n"],
    ],
  );
  const time = records[0]?.time() ?? "";
  assert.match(time, /^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.000001000[+-]\d\d:\d\d$/);
  assert.equal(Date.parse(time), 1_700_000_000_000);
});

test("journalRecord(): an entry without a message is none", () =>
  assert.equal(journalRecord(new Map([["__REALTIME_TIMESTAMP", Buffer.from("1")]])), undefined));
