import assert from "node:assert/strict";
import { test } from "node:test";
import { alignColumns, renderTable } from "./table.ts";

for (const [name, rows, expected] of [
  ["no rows", [], ""],
  ["one cell is not padded", [["NAME"]], "NAME\n"],
  ["at least 12 wide", [["A", "B"]], "A           B\n"],
  [
    "two beyond the widest",
    [
      ["A", "B"],
      ["12345678901", "c"],
    ],
    "A            B\n12345678901  c\n",
  ],
  [
    "an empty last cell leaves the padding before it",
    [
      ["A", "B"],
      ["x", ""],
    ],
    "A           B\nx           \n",
  ],
  ["code points, not bytes", [["ääää", "B"]], "ääää        B\n"],
  [
    "a line without the cell ends the column",
    [["123456789012345", "b"], ["x"], ["y", "z"]],
    "123456789012345  b\nx\ny           z\n",
  ],
] as const) {
  test(`renderTable(): ${name}`, () => assert.equal(renderTable(rows), expected));
}

test("alignColumns(): tabs part cells", () => {
  assert.equal(alignColumns("ID\tNAME\nabc\tx\n"), "ID          NAME\nabc         x\n");
});
