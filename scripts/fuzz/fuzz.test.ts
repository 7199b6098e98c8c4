import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fuzz } from "./fuzz.ts";
import { chooseSeed } from "./random.ts";
import { allTargets } from "./targets.ts";

const seed = chooseSeed(process.env);

const directory = mkdtempSync(join(tmpdir(), "tspod-fuzz-"));
after(() => rmSync(directory, { recursive: true }));

for (const target of allTargets(directory)) {
  test(`what is no ${target.name} is refused, TSPOD_FUZZ_SEED=${seed}`, async () => {
    assert.ok((await fuzz(target, { seed, milliseconds: 300 })) > 0);
  });
}

test("a reader that fails by another error is found, with its input", async () => {
  const broken = { name: "broken", corpus: [Buffer.from("x")], read: () => JSON.parse("{") };
  let message = "";
  await assert.rejects(
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
