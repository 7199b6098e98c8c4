import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { makeImage } from "../support/image.ts";
import { differences, makeUnpackers, treeOf, unpackOurs, withoutRoot } from "../support/unpackers.ts";

/** Files, directories and links that every Debian has, as a layer: more than 10 000, none of them large. */
async function debianLayer(): Promise<Buffer> {
  const script =
    "find /usr/share /usr/lib -xdev -readable \\( -type d -executable -o -type l -o -type f -size -32k \\) 2>/dev/null |" +
    " LC_ALL=C sort | head -n 10500 | tar -C / --no-recursion --numeric-owner --format=posix -T - -cf - 2>/dev/null";
  const { stdout } = await promisify(execFile)("sh", ["-c", script], {
    encoding: "buffer",
    maxBuffer: 1 << 30,
  });
  return stdout;
}

test("a tree of Debian's: as by podman and umoci", async () => {
  const image = makeImage({ layers: [[{ path: "./" }], await debianLayer()] });
  await using unpackers = await makeUnpackers("/dev/shm"); // a disk takes minutes for so many files, thrice
  const tree = await unpackOurs(unpackers, "debian", image);
  assert.ok(tree.size > 10_000, `${tree.size} files`);
  // Not the root: umoci makes /usr in it after it had its time.
  for (const peer of ["podman", "umoci"] as const)
    assert.deepEqual(
      differences(tree, withoutRoot(await treeOf(unpackers, peer, "debian"))).slice(0, 10),
      [],
      peer,
    );
});
