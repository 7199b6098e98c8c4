import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { sha256 } from "../../oci/digest.ts";
import { openStore, type Store } from "../store.ts";
import { blobPath, hasBlob, openPartialBlob, type PartialBlob, readBlobText } from "./blobs.ts";

const content = "the whole of it";
const descriptor = { digest: sha256(content), size: content.length };

function tmpStore(context: TestContext): Store {
  const root = mkdtempSync(join(tmpdir(), "tspod-blobs-"));
  context.after(() => rmSync(root, { recursive: true, force: true }));
  return openStore(join(root, "store"));
}

async function open(store: Store): Promise<PartialBlob> {
  const partial = await openPartialBlob(store, descriptor);
  assert.ok(partial !== undefined);
  return partial;
}

test("a download goes on where it was, and is read-only in the end", async (context) => {
  const store = tmpStore(context);
  const first = await open(store);
  await first.write(Buffer.from(content.slice(0, 5)));
  await first.close();
  const second = await open(store);
  assert.equal(second.offset, 5);
  const received: Uint8Array[] = [];
  for await (const chunk of second.received()) received.push(chunk);
  assert.equal(Buffer.concat(received).toString(), content.slice(0, 5));
  await second.write(Buffer.from(content.slice(5)));
  await second.commit();
  assert.ok(hasBlob(store, descriptor));
  assert.equal(readBlobText(store, descriptor.digest), content);
  assert.equal(statSync(blobPath(store, descriptor.digest)).mode & 0o777, 0o444);
  assert.deepEqual(readdirSync(store.partial), []);
});

test("the second who wants a blob waits, and finds it there", async (context) => {
  const store = tmpStore(context);
  const first = await open(store);
  const second = openPartialBlob(store, descriptor);
  await first.write(Buffer.from(content));
  await first.commit();
  assert.equal(await second, undefined);
  assert.deepEqual(readdirSync(store.partial), []);
});

for (const [name, bytes, message] of [
  ["too short", "the", /3 bytes instead of 15/],
  ["too long", `${content}!`, /more than 15 bytes/],
  ["of the right size and wrong", "x".repeat(15), /its digest is/],
] as const) {
  test(`a blob that is ${name} is refused, and deleted`, async (context) => {
    const store = tmpStore(context);
    const partial = await open(store);
    await assert.rejects(async () => {
      await partial.write(Buffer.from(bytes));
      await partial.commit();
    }, message);
    assert.equal(hasBlob(store, descriptor), false);
    assert.deepEqual(readdirSync(store.partial), []);
  });
}

test("restart() forgets what was there", async (context) => {
  const store = tmpStore(context);
  const partial = await open(store);
  await partial.write(Buffer.from("other"));
  await partial.restart();
  await partial.write(Buffer.from(content));
  await partial.commit();
  assert.equal(readBlobText(store, descriptor.digest), content);
});
