import assert from "node:assert/strict";
import { test } from "node:test";
import { parseLogRecord } from "./log-record.ts";
import { tailRecords } from "./log-tail.ts";

const TIME = "2026-01-02T03:04:05.000000001+00:00";

for (const [line, expected] of [
  [`${TIME} stdout F hello world`, { stream: "stdout", partial: false, text: "hello world" }],
  [`${TIME} stderr P beginning`, { stream: "stderr", partial: true, text: "beginning" }],
  [`${TIME} stdout F `, { stream: "stdout", partial: false, text: "" }],
  [`${TIME} stdout F`, { stream: "stdout", partial: false, text: "" }],
  [`${TIME} stdout F  two blanks`, { stream: "stdout", partial: false, text: " two blanks" }],
] as const) {
  test(`parseLogRecord(): ${line}`, () => {
    const record = parseLogRecord(Buffer.from(line));
    assert.deepEqual(record && { ...record, time: record.time(), text: record.text.toString() }, {
      time: TIME,
      ...expected,
    });
  });
}

test("parseLogRecord(): a record of Docker's, with any character", () => {
  const record = parseLogRecord(Buffer.from(JSON.stringify({ log: "a\0b\n", stream: "stdout", time: TIME })));
  assert.deepEqual(record && { ...record, time: record.time(), text: record.text.toString() }, {
    time: TIME,
    stream: "stdout",
    partial: false,
    text: "a\0b",
  });
});

for (const line of [
  "",
  TIME,
  `${TIME} stdwhat F x`,
  "garbage",
  '{"log":"cut of',
  "{}",
  `{"log":7,"stream":"stdout","time":"${TIME}"}`,
  `{"log":"x","stream":"stdwhat","time":"${TIME}"}`,
  '{"log":"x","stream":"stdout","time":[]}',
]) {
  test(`parseLogRecord(): "${line}" is no record`, () =>
    assert.equal(parseLogRecord(Buffer.from(line)), undefined));
}

function records(tags: string) {
  return [...tags].map((tag, index) => ({
    time: () => String(index),
    stream: "stdout" as const,
    partial: tag === "P",
    text: Buffer.alloc(0),
  }));
}

for (const [tags, count, kept] of [
  ["FFFF", 2, "23"],
  ["FFFF", 9, "0123"],
  ["FFFF", 0, ""],
  ["FPPF", 1, "123"],
  ["FPPFF", 2, "1234"],
  ["FFPP", 1, "23"],
  ["FFPP", 2, "123"],
] as const) {
  test(`tailRecords(): ${count} of ${tags}`, () =>
    assert.equal(
      tailRecords(records(tags), count)
        .map(({ time }) => time())
        .join(""),
      kept,
    ));
}
