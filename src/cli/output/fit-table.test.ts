import assert from "node:assert/strict";
import { test } from "node:test";
import { fitTable } from "./fit-table.ts";

const HEADINGS = ["CONTAINER ID", "IMAGE", "COMMAND", "CREATED", "STATUS", "PORTS", "NAMES"];
const ROW = [
  "0123456789ab",
  "docker.io/library/alpine:latest",
  "sleep 1000",
  "3 minutes ago",
  "Up 3 minutes",
  "0.0.0.0:8080->80/tcp",
  "web",
];
const TABLE = [HEADINGS, ROW];

function fitted(width: number): string[] | undefined {
  return fitTable(HEADINGS, TABLE, width)?.rows.map((cells) => cells.join("|"));
}

test("fitTable(): a table that fits, or a terminal that does not say its width, changes nothing", () => {
  for (const width of [130, 200, 0]) assert.equal(fitted(width), undefined);
});

test("fitTable(): first the longest cells are cut; names, IDs and states stay whole", () => {
  assert.equal(
    fitted(110)?.[1],
    "0123456789ab|docker.io/library/alpine:…|sleep 1000|3 minutes ago|Up 3 minutes|0.0.0.0:8080->80/tcp|web",
  );
});

test("fitTable(): then columns are left out, and no line is wider than the terminal", () => {
  assert.deepEqual(fitted(80), [
    "CONTAINER ID|IMAGE|COMMAND|STATUS|PORTS|NAMES",
    "0123456789ab|docker.io/libr…|sleep 1000|Up 3 minutes|0.0.0.0:8080->8…|web",
  ]);
  assert.deepEqual(fitted(60)?.[1], "0123456789ab|docker.io/l…|Up 3 minutes|0.0.0.0:80…|web");
});

test("fitTable(): where nothing more can go, the lines are wrapped", () => {
  assert.deepEqual(fitted(10)?.[0], "CONTAINER ID|STATUS|NAMES");
});
