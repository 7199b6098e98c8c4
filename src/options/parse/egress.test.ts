import assert from "node:assert/strict";
import { test } from "node:test";
import { parseEgress } from "./egress.ts";

test("networks, addresses, names, or nothing at all", () => {
  assert.deepEqual(parseEgress(["none"]), []);
  assert.deepEqual(parseEgress(["10.0.0.0/8,example.org", "fd00::/8", "192.0.2.7"]), [
    "10.0.0.0/8",
    "example.org",
    "fd00::/8",
    "192.0.2.7",
  ]);
  for (const text of ["none,10.0.0.0/8", "10.0.0.0/33", "10.0.0", "a b", "10.0.0.0/8/8", "-x"])
    assert.throws(() => parseEgress([text]), /^TspodError: --egress|egress/, text);
});
