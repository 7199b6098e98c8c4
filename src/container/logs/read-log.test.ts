import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { Tail } from "./log-file.ts";
import { openLogFile } from "./read-log.ts";

const directory = mkdtempSync(join(tmpdir(), "read-log-"));
after(() => rmSync(directory, { recursive: true }));
const lastOf = (count: number): Tail => ({ count, counts: () => true });
const partial = (text: string) => `2026-01-02T03:04:05.000000000+00:00 stdout P ${text}\n`;
const line = (text: string) => `2026-01-02T03:04:05.000000000+00:00 stdout F ${text}\n`;

test("openLogFile(): a file that is not there yet, lines in pieces, a new file under the name", () => {
  const path = join(directory, "ctr.log");
  using reader = openLogFile(path);
  const read = () => [...reader.read()].flat().map(({ text }) => text.toString());
  assert.deepEqual(read(), []);
  writeFileSync(path, line("a") + line("b").slice(0, 20));
  assert.deepEqual(read(), ["a"]);
  appendFileSync(path, line("b").slice(20));
  assert.deepEqual(read(), ["b"]);
  appendFileSync(path, line("c"));
  writeFileSync(`${path}.new`, line("d"));
  renameSync(`${path}.new`, path);
  assert.deepEqual(read(), ["c", "d"]);
  appendFileSync(path, line("e"));
  assert.deepEqual(read(), ["e"]);
});

for (const [tail, expected] of [
  [0, ""],
  [1, "z"],
  [3, "xyz"],
  [40_000, undefined],
] as const)
  test(`openLogFile(): of a log of several MB, the last ${tail} lines`, () => {
    const path = join(directory, `tail-${tail}.log`);
    writeFileSync(
      path,
      line("first") + line("filler".repeat(20)).repeat(30_000) + line("x") + line("y") + line("z"),
    );
    using reader = openLogFile(path, lastOf(tail));
    const read = [...reader.read()].flat();
    const texts = read.map(({ text }) => text.toString());
    if (expected === undefined) assert.equal(texts.length, 30_004);
    else assert.equal(texts.join(""), expected);
    appendFileSync(path, line("more"));
    assert.deepEqual(
      [...reader.read()].flat().map(({ text }) => text.toString()),
      ["more"],
    );
  });

for (const [tail, expected] of [
  [0, []],
  [1, ["g", "h"]],
  [2, ["e", "f", "g", "h"]],
  [3, ["d", "e", "f", "g", "h"]],
  [5, ["b", "c", "d", "e", "f", "g", "h"]],
  [9, ["a", "b", "c", "d", "e", "f", "g", "h"]],
] as const)
  test(`openLogFile(): the last ${tail} lines of several files, with partial records`, () => {
    const path = join(directory, `rotated-${tail}.log`);
    writeFileSync(`${path}.2`, line("a") + line("b"));
    writeFileSync(`${path}.1`, line("c"));
    writeFileSync(path, `${line("d") + partial("e") + line("f") + partial("g") + partial("h")}2026-01`);
    using reader = openLogFile(path, lastOf(tail));
    const texts = [...reader.read()].flat().map(({ text }) => text.toString());
    assert.deepEqual(texts, expected);
  });

test("openLogFile(): the last lines, where lines are longer than what is read at once", () => {
  const path = join(directory, "long.log");
  const long = (letter: string) => letter.repeat(200_000);
  writeFileSync(path, line(long("a")) + line(long("b")) + line(long("c")) + line(long("d")).slice(0, -1));
  using reader = openLogFile(path, lastOf(2));
  const read = () => [...reader.read()].flat().map(({ text }) => text.toString());
  assert.deepEqual(read(), [long("b"), long("c")]);
  appendFileSync(path, "\n");
  assert.deepEqual(read(), [long("d")]);
});

for (const [count, expected] of [
  [0, []],
  [1, ["g"]],
  [2, ["ef", "g"]],
  [3, ["d", "ef", "g"]],
  [9, ["b", "d", "ef", "g"]],
] as const)
  test(`openLogFile(): the last ${count} lines of those that count`, () => {
    const path = join(directory, `counting-${count}.log`);
    writeFileSync(`${path}.1`, line("A") + line("b") + line("C"));
    writeFileSync(path, line("d") + line("D") + partial("e") + line("f") + line("g") + partial("H"));
    const counts: Tail["counts"] = ({ text }) => text.toString() === text.toString().toLowerCase();
    using reader = openLogFile(path, { count, counts });
    const counted = [...reader.read()].flat().filter(counts);
    const lines = counted.map(({ text, partial }) => text.toString() + (partial ? "" : "\n")).join("");
    assert.deepEqual(lines.split("\n").slice(0, -1), expected);
  });
