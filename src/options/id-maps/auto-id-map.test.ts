import assert from "node:assert/strict";
import { test } from "node:test";
import { autoIdMap } from "./auto-id-map.ts";

const run = (containerId: number, hostId: number, size: number) => ({ containerId, hostId, size });

for (const [name, size, others, expected] of [
  ["the lowest ids but the user's own", 1000, {}, [run(0, 1, 1000)]],
  ["behind what others have", 1000, { used: [run(0, 1, 1024)] }, [run(0, 1025, 1000)]],
  [
    "in the gaps between others",
    100,
    { used: [run(0, 11, 50), run(0, 101, 50)] },
    [run(0, 1, 10), run(10, 61, 40), run(50, 151, 50)],
  ],
  [
    "around what is mapped by hand",
    10,
    { extra: [run(4, 3, 2)] },
    [run(0, 1, 2), run(2, 5, 2), run(6, 7, 4), run(4, 3, 2)],
  ],
] as const) {
  test(`autoIdMap(): ${name}`, () => {
    assert.deepEqual(autoIdMap(size, { extra: [], used: [], total: 65537, ...others }), expected);
  });
}

test("autoIdMap(): more than there are", () => {
  assert.throws(() => autoIdMap(65537, { extra: [], used: [], total: 65537 }), {
    message: "creating container storage: could not find enough available IDs",
  });
});
