import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { test } from "node:test";
import { fuzz } from "./fuzz.ts";
import { chooseSeed } from "./random.ts";
import { TARGETS } from "./targets.ts";

const seed = chooseSeed(process.env);

for (const target of TARGETS) {
  test(`what is no ${target.name} is refused, TSPOD_FUZZ_SEED=${seed}`, () => {
    assert.ok(fuzz(target, { seed, milliseconds: 400 }) > 10);
  });
}

test("a reader that fails by another error is found, with its input", () => {
  const broken = { name: "broken", corpus: [Buffer.from("x")], read: () => JSON.parse("{") };
  let message = "";
  assert.throws(
    () => fuzz(broken, { seed, milliseconds: 400 }),
    (error: Error) => {
      message = error.message;
      return true;
    },
  );
  const [, path = ""] =
    /broken, TSPOD_FUZZ_SEED=\d+, input 0 \(now "([^"]+)"\): SyntaxError/.exec(message) ?? [];
  assert.notEqual(path, "", message);
  rmSync(path);
});
