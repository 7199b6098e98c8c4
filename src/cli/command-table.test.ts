import assert from "node:assert/strict";
import { test } from "node:test";
import { commandTable, packedCommandTable } from "./command-table.ts";
import { defineCommand } from "./define-command.ts";

const loaded: string[] = [];
const make = (name: string) => defineCommand({ name, summary: "Do it", flags: {}, run: () => 0 });
const rows = {
  ps: async () => ({ command: make("ps") }),
  "pod ps": async () => ({ command: make("pod ps") }),
};
const tables = {
  "of rows": commandTable(rows),
  packed: packedCommandTable("\nps=look-ps\npod ps=pod-ps\n", (chunk) => {
    loaded.push(chunk);
    return { command: make(chunk === "look-ps" ? "ps" : "pod ps") };
  }),
};

for (const [kind, table] of Object.entries(tables)) {
  test(`a table ${kind}: its names, and what they load`, async () => {
    assert.deepEqual(table.names(), ["ps", "pod ps"]);
    for (const name of table.names()) {
      assert.ok(table.has(name));
      assert.equal((await table.load(name))?.name, name);
    }
  });

  for (const name of ["", "p", "s", "pod", "ps=look-ps", "\nps", "ps\n", "ps=look-ps\npod ps", "toString"])
    test(`a table ${kind} has no ${JSON.stringify(name)}`, () => {
      assert.equal(table.has(name), false);
      assert.equal(table.load(name), undefined);
    });
}

test("a packed table loads a chunk only when its command is asked for", () => {
  assert.deepEqual(loaded, ["look-ps", "pod-ps"]);
});
