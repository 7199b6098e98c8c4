import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { tmpStore } from "../../test/fixtures/build-image.ts";
import { TspodError } from "../errors.ts";
import { openStore } from "./store.ts";

for (const [what, text, message] of [
  ["that was cut off", '{"schema', /store\.json" is damaged: it names no schemaVersion$/],
  ["without a version", "{}", /store\.json" is damaged: it names no schemaVersion$/],
  ["of a newer tspod", '{"schemaVersion":2}', /was written by a newer tspod \(schema 2, this one knows 1\)/],
] as const)
  test(`a store.json ${what} is refused`, (context) => {
    const { root } = tmpStore(context);
    writeFileSync(join(root, "store.json"), text);
    assert.throws(
      () => openStore(root),
      (error) => error instanceof TspodError && message.test(error.message),
    );
  });
