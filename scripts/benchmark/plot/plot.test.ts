import assert from "node:assert/strict";
import { test } from "node:test";
import { markdownPage } from "../report.ts";
import type { Row } from "../row.ts";
import { logAxis } from "./log-axis.ts";
import { plotsOf } from "./plots.ts";

function row(at: number, values: Record<string, number[]>, plot = "ps -a"): Row {
  return {
    what: `${plot}, ${at} containers`,
    unit: "ms",
    values: new Map(Object.entries(values)) as Row["values"],
    goal: { ratio: 0.5 },
    point: { plot, of: "containers", at },
  };
}

const ROWS = [
  row(1, { tspod: [20, 22, 21], podman: [30] }),
  row(10, { tspod: [22], podman: [33] }),
  row(1000, { tspod: [60], podman: [400] }),
];

test("an axis begins and ends at round values, with all between", () => {
  const { ticks, at } = logAxis([21, 400], [1, 2, 5], 300);
  assert.deepEqual(ticks, [20, 50, 100, 200, 500]);
  assert.equal(at(20), 0);
  assert.equal(Math.round(at(500)), 300);
  assert.deepEqual(logAxis([1, 1000], [1], 300).ticks, [1, 10, 100, 1000]);
  assert.deepEqual(logAxis([0.3, 0.9], [1, 2, 5], 300).ticks, [0.2, 0.5, 1]);
});

test("an axis of one value has a length, too", () => {
  const { ticks, at } = logAxis([5], [1, 2, 5], 300);
  assert.deepEqual(ticks, [5, 10]);
  assert.equal(at(5), 0);
});

test("a plot has a line for each program, through its medians", () => {
  const [plot, ...others] = plotsOf(ROWS);
  assert.deepEqual(others, []);
  assert.equal(plot?.fileName, "ps-a.svg");
  const lines = [...(plot?.svg.matchAll(/points="([^"]+)"/g) ?? [])].map(([, points = ""]) =>
    points.split(" ").map((place) => place.split(",").map(Number)),
  );
  assert.equal(lines.length, 2);
  const [tspod = [], podman = []] = lines;
  assert.deepEqual(
    tspod.map(([x]) => x),
    podman.map(([x]) => x),
  );
  // Up is less: 21 ms is below 30, and 60 far below 400.
  for (const [index, [, y = 0]] of tspod.entries()) assert.ok(y > (podman[index]?.[1] ?? 0));
  for (const word of ["ps -a, ms", "containers", ">tspod<", ">podman<", ">1000<"])
    assert.ok(plot?.svg.includes(word), word);
});

test("what has one point, or is no point, gets no plot", () => {
  const { point: _, ...plain } = row(1, { tspod: [1] });
  assert.deepEqual(plotsOf([row(1, { tspod: [1], podman: [2] }), plain]), []);
});

test("names at the ends of lines don't cover each other", () => {
  const [plot] = plotsOf([
    row(1, { tspod: [20], podman: [20], podman58: [20] }),
    row(10, { tspod: [20], podman: [20], podman58: [20] }),
  ]);
  const heights = [...(plot?.svg.matchAll(/y="([\d.]+)" style/g) ?? [])].map(([, y]) => Number(y)).sort();
  assert.equal(heights.length, 3);
  for (const [index, y] of heights.entries()) assert.ok(index === 0 || y - (heights[index - 1] ?? 0) >= 14);
});

test("the page shows the plots", () => {
  const page = markdownPage(ROWS, { versions: [], arguments: [], date: new Date(0) });
  assert.match(page, /^!\[ps -a\]\(benchmarks\/ps-a\.svg\)$/m);
});
