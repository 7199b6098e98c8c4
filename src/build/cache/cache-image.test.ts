import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { TspodError } from "../../errors.ts";
import { sha256 } from "../../oci/digest.ts";
import { cacheConfig, stepsOf } from "./cache-image.ts";

const STEPS = "org.tspod.build.steps";
const STEP = {
  keys: [sha256("a key")],
  below: 0,
  hasLayer: true,
  created: "2026-01-02T03:04:05Z",
  text: "RUN true",
};

test("steps come back as they were written", () => {
  const config = cacheConfig({ rootfs: { diff_ids: [] } } as unknown as Parameters<typeof cacheConfig>[0], [
    STEP,
  ]);
  assert.deepEqual(stepsOf(JSON.parse(JSON.stringify(config)), 1), [STEP]);
  assert.deepEqual(stepsOf({}, 1), []);
});

describe("steps that make no sense are refused", () => {
  for (const [steps, message] of [
    ["all", "its steps are no list"],
    [[null], "invalid step of a cache: it must be an object"],
    [[{ ...STEP, keys: "sha256:x" }], "invalid step of a cache at keys: it must be a list"],
    [[{ ...STEP, keys: ["x"] }], "invalid step of a cache at keys[0]: it must be a digest"],
    [[{ ...STEP, below: -1 }], "invalid step of a cache at below: it must be a size in bytes"],
    [[{ ...STEP, hasLayer: 1 }], "invalid step of a cache at hasLayer: it must be true or false"],
    [[{ ...STEP, created: undefined }], "invalid step of a cache at created: it must be a string"],
    [[{ ...STEP, below: 1 }], "one of its steps stands on more layers than there are"],
  ] as const) {
    test(message, () =>
      assert.throws(
        () => stepsOf({ [STEPS]: steps }, 1),
        (error) => error instanceof TspodError && error.message === message,
      ),
    );
  }
});
