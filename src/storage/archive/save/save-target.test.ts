import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { tmpDirectory } from "../../../../test/fixtures/build-image.ts";
import { sha256 } from "../../../oci/digest.ts";
import { directoryTarget } from "./save-target.ts";

async function* failing(): AsyncGenerator<Uint8Array> {
  yield Buffer.from("half");
  throw new Error("no more");
}

test("what a directory has stays whole where something can't be saved over it", async (context) => {
  const root = tmpDirectory(context);
  const target = directoryTarget(root);
  writeFileSync(join(root, "blob"), "whole");
  await assert.rejects(target.add("blob", { size: 8, bytes: failing() }), { message: "no more" });
  await assert.rejects(target.addByDigest(failing(), String), { message: "no more" });
  assert.deepEqual([readdirSync(root), readFileSync(join(root, "blob"), "utf8")], [["blob"], "whole"]);
});

test("a file is put by its name, or by its digest, with its directory", async (context) => {
  const root = join(tmpDirectory(context), "new");
  const target = directoryTarget(root);
  await target.add("a/b", Buffer.from("content"));
  const bytes = (async function* () {
    yield Buffer.from("con");
    yield Buffer.from("tent");
  })();
  const written = await target.addByDigest(bytes, (digest) => `by/${digest}`);
  assert.deepEqual(written, { digest: sha256("content"), size: 7 });
  for (const name of ["a/b", `by/${written.digest}`])
    assert.equal(readFileSync(join(root, name), "utf8"), "content");
});
