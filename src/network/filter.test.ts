import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultNetwork } from "./default-network.ts";
import { networkFilter } from "./filter.ts";
import { NETWORK_SETTINGS } from "./settings.ts";

const network = {
  ...defaultNetwork(NETWORK_SETTINGS),
  created: "2026-01-01T00:00:00Z",
};
const facts = { now: Date.parse("2026-01-01T02:00:00Z"), isUsed: () => false };

test("keys that stand once", () => {
  for (const [filters, message] of [
    [["dangling=true", "dangling=false"], 'got more than one value for filter key "dangling"'],
    [["until=1h", "until=2h"], "specify exactly one timestamp for until"],
  ] as const)
    assert.throws(() => networkFilter(filters, facts), { message });
});

test("the same key twice means either", () => {
  assert.equal(networkFilter(["driver=nosuch", "driver=bridge"], facts)(network), true);
  assert.equal(networkFilter(["driver=nosuch", "driver=other"], facts)(network), false);
});

test("until: what was made before; the default network is made at each call", () => {
  const older = networkFilter(["until=1h"], facts);
  assert.equal(older(network), true);
  assert.equal(older({ ...network, created: "2026-01-01T01:30:00Z" }), false);
  assert.equal(
    networkFilter(["until=0s"], { ...facts, now: Date.now() - 1 })(defaultNetwork(NETWORK_SETTINGS)),
    false,
  );
});
