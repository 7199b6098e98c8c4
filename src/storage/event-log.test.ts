import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { openEventLog } from "./event-log.ts";
import { openStore } from "./store.ts";

const directory = mkdtempSync(join(tmpdir(), "tspod-events-"));
after(() => rmSync(directory, { recursive: true }));
const store = openStore(join(directory, "store"));
const line = (name: string): string =>
  `${JSON.stringify({ Name: name, Status: "create", Time: "2026-01-02T03:04:05Z", Type: "volume" })}\n`;

const damaged = [{ Name: 7 }, { Type: "dog" }, { Attributes: ["x"] }, { ContainerExitCode: "1" }]
  .map((change) => `${JSON.stringify({ ...JSON.parse(line("x")), ...change })}\n`)
  .join("");

test("openEventLog() reads what has come, over partial lines, garbage and a replaced file", () => {
  using log = openEventLog(store);
  const names = () => log.read().map(({ Name }) => Name);
  assert.deepEqual(names(), []);
  writeFileSync(store.events, line("a") + line("b").slice(0, 10));
  assert.deepEqual(names(), ["a"]);
  appendFileSync(store.events, `${line("b").slice(10)}garbage\n{}\nnull\n${damaged}${line("c")}`);
  assert.deepEqual(names(), ["b", "c"]);
  appendFileSync(store.events, line("d"));
  writeFileSync(`${store.events}.new`, line("c") + line("d") + line("e"));
  renameSync(`${store.events}.new`, store.events);
  assert.deepEqual(names(), ["d", "e"]);
  assert.deepEqual(names(), []);
});
