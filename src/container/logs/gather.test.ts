import assert from "node:assert/strict";
import { test } from "node:test";
import { gather } from "./gather.ts";

test("gather(): few large pieces, every byte once, the streams in their order", () => {
  const pieces: [string, string][] = [];
  const take = (name: string) => (bytes: Uint8Array) =>
    void pieces.push([name, Buffer.from(bytes).toString()]);
  let flushed = 0;
  const gatherer = gather({ stdout: take("out"), stderr: take("err"), flush: () => flushed++ });
  gatherer.stdout(Buffer.from("a"));
  gatherer.stdout(Buffer.from("b"));
  gatherer.stderr(Buffer.from("c"));
  gatherer.stdout(Buffer.from("d"));
  gatherer.stdout(Buffer.alloc(100_000, "x"));
  for (let line = 0; line < 30_000; line++) gatherer.stdout(Buffer.from("line\n"));
  gatherer.flush();
  gatherer.flush();
  assert.deepEqual(pieces.slice(0, 4), [
    ["out", "ab"],
    ["err", "c"],
    ["out", "d"],
    ["out", "x".repeat(100_000)],
  ]);
  assert.equal(
    pieces
      .slice(4)
      .map(([, text]) => text)
      .join(""),
    "line\n".repeat(30_000),
  );
  assert.ok(pieces.length <= 7, String(pieces.length));
  assert.equal(flushed, 2);
});
