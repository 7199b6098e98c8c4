import assert from "node:assert/strict";
import { test } from "node:test";
import { parseIpc, parseNamespace } from "./namespace.ts";

for (const [text, expected] of [
  ["", { kind: "private" }],
  ["host", { kind: "host" }],
  ["container:web", { kind: "container", container: "web" }],
  ["ns:/proc/1/ns/pid", { kind: "path", path: "/proc/1/ns/pid" }],
] as const) {
  test(`parseNamespace("${text}")`, () => assert.deepEqual(parseNamespace(text), expected));
}

test("parseNamespace() refuses the rest", () => {
  for (const text of ["bogus", "none"]) {
    assert.throws(() => parseNamespace(text), { message: `unrecognized namespace mode ${text} passed` });
  }
  for (const kind of ["container", "ns"]) {
    const message = `invalid config provided: namespace mode ${kind} requires a value`;
    assert.throws(() => parseNamespace(`${kind}:`), { message });
  }
  assert.deepEqual(parseIpc("none"), { kind: "none" });
});
