import assert from "node:assert/strict";
import {
  closeSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { copyContent } from "./descriptor.ts";
import { readAtMost, readBeginning } from "./read-at-most.ts";

let root: string;
before(() => {
  root = mkdtempSync(join(tmpdir(), "tspod-copy-content-"));
});
after(() => rmSync(root, { recursive: true }));

/** Copy `size` bytes of the file `from` (a path) into a new one. Returns its path. */
function copied(from: string, size: number): string {
  const to = `${from}.copy`;
  const [source, target] = [openSync(from, "r"), openSync(to, "w")];
  copyContent(source, target, 0, size);
  closeSync(source);
  closeSync(target);
  return to;
}

test("copyContent() copies as many bytes as it is told, though the file has grown", () => {
  const file = join(root, "grown");
  writeFileSync(file, "abcdef".repeat(40_000));
  const size = statSync(copied(file, 100_001)).size;
  // A file system that can share blocks copies the file as it is now.
  assert.ok(size === 100_001 || size === 240_000, String(size));
});

test("copyContent() copies small files whole, and no more than it is told", () => {
  for (const size of [1, 65_535, 65_536, 65_537]) {
    const file = join(root, `small-${size}`);
    writeFileSync(file, Buffer.alloc(size, "0123456789"));
    assert.deepEqual(readFileSync(copied(file, size)), readFileSync(file));
  }
  const file = join(root, "small-grown");
  writeFileSync(file, "abcdef");
  // A file system that can share blocks copies the file as it is now.
  assert.match(readFileSync(copied(file, 4), "utf8"), /^abcd(ef)?$/);
});

test("copyContent() of a file that has become shorter ends where that ends", () => {
  const file = join(root, "cut");
  writeFileSync(file, "abc");
  for (const size of [1_000_000, 1000]) assert.equal(readFileSync(copied(file, size), "utf8"), "abc");
});

test("copyContent() goes on where it was", () => {
  const [from, to] = [join(root, "parts"), join(root, "parts.copy")];
  writeFileSync(from, "abcdef".repeat(40_000));
  const [source, target] = [openSync(from, "r"), openSync(to, "w")];
  // A file system that can share blocks has all of it at once.
  assert.ok([100_001, 240_000].includes(copyContent(source, target, 0, 100_001)));
  assert.equal(copyContent(source, target, 100_001, 240_000), 240_000);
  assert.equal(copyContent(source, target, 240_000, 300_000), 240_000);
  assert.equal(readFileSync(to, "utf8"), readFileSync(from, "utf8"));
  closeSync(source);
  closeSync(target);
});

test("copyContent() leaves holes as they are", () => {
  const file = join(root, "sparse");
  const fd = openSync(file, "w");
  ftruncateSync(fd, 2 ** 33);
  writeSync(fd, "middle", 2 ** 32);
  closeSync(fd);
  const { size, blocks } = statSync(copied(file, 2 ** 33));
  assert.equal(size, 2 ** 33);
  assert.ok(blocks * 512 < 1_000_000, `${blocks * 512} bytes on disk`);
});

test("copyContent() of no descriptor is EBADF", () => {
  const fd = openSync(join(root, "target"), "w");
  assert.throws(() => copyContent(-1, fd, 0, 1), { code: "EBADF" });
  closeSync(fd);
});

test("readAtMost() reads a whole file, also one that says no size", () => {
  const fd = openSync("/proc/self/status", "r");
  assert.match(readAtMost(fd, 100_000)?.toString() ?? "", /^Name:/);
  closeSync(fd);
});

test("readAtMost() reads a file of just the limit, and none that has more", () => {
  const file = join(root, "limit");
  writeFileSync(file, "x".repeat(100_000));
  for (const [limit, length] of [
    [100_000, 100_000],
    [99_999, undefined],
  ] as const) {
    const fd = openSync(file, "r");
    assert.equal(readAtMost(fd, limit)?.length, length);
    closeSync(fd);
  }
});

test("readBeginning() reads a whole file, and of what never ends the beginning", () => {
  assert.match(readBeginning("/proc/self/status", 100_000), /^Name:/);
  assert.equal(readBeginning("/dev/zero", 100_000), "\0".repeat(100_000));
});

test("readAtMost() of what never ends gives up", () => {
  const fd = openSync("/dev/zero", "r");
  assert.equal(readAtMost(fd, 1_000_000), undefined);
  closeSync(fd);
});
