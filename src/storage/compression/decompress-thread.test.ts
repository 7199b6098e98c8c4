import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { after, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { TspodError } from "../../errors.ts";
import { type DecompressThread, decompressThread } from "./decompress-thread.ts";

const thread = decompressThread();
after(() => thread[Symbol.asyncDispose]());

/** More than all buffers of a stream hold, half of it compressible. */
const CONTENT = Buffer.concat(
  Array.from({ length: 24 }, () => Buffer.concat([randomBytes(500_000), Buffer.alloc(500_000, "text ")])),
);

function sha256(content: Buffer): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}

async function* inPieces(content: Buffer, size = 65_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}

async function readAll(source: AsyncIterable<Uint8Array>, by: DecompressThread = thread) {
  const stream = by.open(source);
  const hash = createHash("sha256");
  for await (const chunk of stream.chunks) hash.update(chunk);
  return { told: stream.digest(), found: `sha256:${hash.digest("hex")}` };
}

describe("gives what was compressed, and its digest", () => {
  for (const [name, content, compressed] of [
    ["gzip", CONTENT, gzipSync(CONTENT, { level: 1 })],
    ["zstd", CONTENT, zstdCompressSync(CONTENT)],
    ["not compressed", CONTENT, CONTENT],
    [
      "two gzip members",
      Buffer.concat([CONTENT, CONTENT]),
      Buffer.concat([gzipSync(CONTENT), gzipSync(CONTENT)]),
    ],
    ["zeros behind the end", CONTENT, Buffer.concat([gzipSync(CONTENT), Buffer.alloc(300_000)])],
    ["nothing", Buffer.alloc(0), Buffer.alloc(0)],
    ["one byte", Buffer.from("x"), gzipSync("x")],
  ] as const) {
    test(name, async () => {
      const digest = sha256(content);
      assert.deepEqual(await readAll(inPieces(compressed)), { told: digest, found: digest });
    });
  }
});

test("several streams at once", async () => {
  const contents = [1, 2, 3].map((seed) => Buffer.concat([Buffer.alloc(1_000_000, `${seed}`), CONTENT]));
  const results = await Promise.all(
    contents.map((content) => readAll(inPieces(gzipSync(content, { level: 1 })))),
  );
  assert.deepEqual(
    results.map(({ told }) => told),
    contents.map(sha256),
  );
});

test("damaged data is refused, and the thread goes on", async () => {
  const damaged = gzipSync(CONTENT, { level: 1 });
  damaged.fill(0x55, 1_000_000, 1_001_000);
  await assert.rejects(readAll(inPieces(damaged)), (error) => {
    assert.ok(error instanceof TspodError);
    assert.match(error.message, /^damaged compressed data: [^\n]+$/);
    return true;
  });
  await assert.rejects(
    readAll(inPieces(gzipSync(CONTENT).subarray(0, 5_000_000))),
    /damaged compressed data: unexpected end of file/,
  );
  assert.equal((await readAll(inPieces(gzipSync(CONTENT)))).told, sha256(CONTENT));
});

test("an error of the source is the reader's, as it is", async () => {
  const failure = new TspodError("the registry went away");
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield* inPieces(gzipSync(CONTENT).subarray(0, 3_000_000));
    throw failure;
  }
  await assert.rejects(readAll(failing()), (error) => error === failure);
});

test("a reader that leaves early lets go of the source", { timeout: 20_000 }, async () => {
  let asked = 0;
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (const piece = Buffer.alloc(65_536, "x"); ; asked++) yield piece;
  }
  for await (const _ of thread.open(endless()).chunks) break;
  await sleep(200);
  const before = asked;
  await sleep(200);
  assert.equal(asked, before);
});

test("memory is bounded: a slow reader stops the source", { timeout: 20_000 }, async () => {
  let given = 0;
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (const piece = Buffer.alloc(65_536, "x"); ; given += piece.length) yield piece;
  }
  for await (const _ of thread.open(endless()).chunks) {
    await sleep(500);
    assert.ok(given < 20 * 1024 * 1024, `${given} bytes were taken`);
    break;
  }
});

test("a thread that ends fails its streams", { timeout: 20_000 }, async () => {
  const own = decompressThread();
  async function* stuck(): AsyncGenerator<Uint8Array> {
    yield Buffer.alloc(300_000, "x");
    await own[Symbol.asyncDispose]();
    await sleep(60_000, undefined, { ref: false });
  }
  await assert.rejects(readAll(stuck(), own), /thread that decompresses has ended/);
});
