import assert from "node:assert/strict";
import { test } from "node:test";
import { type LiveStage, liveLines } from "./live-lines.ts";

const stage = (more: Partial<LiveStage>): LiveStage => ({
  index: 0,
  name: "build",
  began: 0,
  stepBegan: 0,
  number: 2,
  total: 3,
  text: "RUN make",
  cached: 0,
  done: 1,
  tail: [],
  state: "running",
  ...more,
});
const size = { columns: 40, rows: 10, now: 2500, colours: false };

test("a stage that runs: its step, the step's time, the last lines of output", () => {
  assert.deepEqual(liveLines([stage({ tail: ["one", "two"] })], size), [
    "▶ [build] 2/3 RUN make  2.5s       2.5s",
    "    one",
    "    two",
  ]);
});

test("one that is done is one line, with the cached steps as a number", () => {
  const done = stage({ state: "done", ended: 1000, cached: 2, done: 4, tail: ["gone"] });
  assert.deepEqual(liveLines([done], size), ["✔ [build] 4 steps (2 cached)       1.0s"]);
});

test("no line is wider than the terminal, and no view higher", () => {
  const many = Array.from({ length: 20 }, (_, index) =>
    stage({ index, text: "RUN ".padEnd(200, "x"), tail: Array(50).fill("y".repeat(300)) }),
  );
  const lines = liveLines(many, size);
  assert.equal(lines.length, 10);
  assert.equal(
    lines.every((line) => line.length <= 40),
    true,
  );
});

test("output shares the room among the stages that run", () => {
  const two = [0, 1].map((index) => stage({ index, tail: ["1", "2", "3", "4", "5", "6", "7"] }));
  assert.equal(liveLines(two, size).length, 10);
});
