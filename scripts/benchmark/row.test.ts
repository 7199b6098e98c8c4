import assert from "node:assert/strict";
import { test } from "node:test";
import { markdownPage } from "./report.ts";
import { isReached, type Row, ratios, shown, shownGoal, summarize } from "./row.ts";

const row = (values: Record<string, number[]>, goal: Row["goal"] = { ratio: 0.5 }): Row => ({
  what: "ps -a",
  unit: "ms",
  values: new Map(Object.entries(values)) as Row["values"],
  goal,
});

test("a summary has the median and the quartiles of values in any order", () => {
  assert.deepEqual(summarize([5, 1, 3, 2, 4]), { median: 3, quartiles: [2, 4] });
  assert.deepEqual(summarize([7]), { median: 7, quartiles: [7, 7] });
  assert.equal(summarize([1, 2]).median, 1.5);
  assert.ok(Number.isNaN(summarize().median));
});

test("a goal is reached when it is against each podman that took part", () => {
  assert.deepEqual([...ratios(row({ tspod: [10], podman: [40] }))], [["podman", 0.25]]);
  assert.equal(isReached(row({ tspod: [10], podman: [40] })), true);
  assert.equal(isReached(row({ tspod: [10], podman: [40], podman58: [20] })), true);
  assert.equal(isReached(row({ tspod: [10], podman: [40], podman58: [19] })), false);
  assert.equal(isReached(row({ tspod: [10] }, { below: 10 })), false);
  assert.equal(isReached(row({ tspod: [9] }, { below: 10 })), true);
});

test("Podman 5.8 may have a goal of its own", () => {
  const values = { tspod: [10], podman: [20], podman58: [40] };
  assert.equal(isReached(row(values, { ratio: 0.5, podman58: 0.25 })), true);
  assert.equal(isReached(row(values, { ratio: 0.5, podman58: 0.2 })), false);
  assert.equal(isReached(row(values, { ratio: 0.4, podman58: 0.25 })), false);
  assert.equal(shownGoal(row(values, { ratio: 0.5, podman58: 0.2 })), "≤ 0.50 / 0.20");
});

test("BuildKit has a goal of its own, and a row without one is not held against it", () => {
  const values = { tspod: [10], podman: [40], buildkit: [12] };
  assert.equal(isReached(row(values, { ratio: 0.25, buildkit: 0.9 })), true);
  assert.equal(isReached(row(values, { ratio: 0.25, buildkit: 0.8 })), false);
  assert.equal(isReached(row(values, { ratio: 0.2, buildkit: 0.9 })), false);
  assert.equal(isReached(row({ ...values, buildkit: [1] }, { ratio: 0.25 })), true);
  assert.equal(shownGoal(row(values, { ratio: 0.25, buildkit: 0.9 })), "≤ 0.25 / 0.90");
});

test("memory below ten megabytes has two digits behind the point", () => {
  assert.deepEqual(
    [shown(0.1264, "MB"), shown(31.7, "MB"), shown(31.7, "ms")],
    ["0.13 MB", "32 MB", "32 ms"],
  );
});

test("the page says what was measured, with which programs, and only columns that have values", () => {
  const page = markdownPage([row({ tspod: [10, 12, 14], podman: [40, 50, 60] })], {
    versions: ["tspod version 1", "podman version 4.3.1"],
    arguments: ["--rows", "commands"],
    date: new Date("2026-01-02T03:04:05Z"),
  });
  assert.match(page, /^- Date: 2026-01-02$/m);
  assert.match(page, /^- podman version 4\.3\.1$/m);
  assert.match(page, /^- Call: `npm run bench -- --rows commands`$/m);
  assert.match(page, /^\| what \| tspod \| podman \| ratio \| goal \| reached \|$/m);
  assert.match(page, /^\| ps -a \| 12 ms \(11–13\) \| 50 ms \(45–55\) \| 0\.24 \| ≤ 0\.50 \| yes \|$/m);
});
