import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import type { TarEntry } from "./tar-entry.ts";
import { TAR_END, tarHeader, tarPadding, type WrittenEntry } from "./tar-header-writer.ts";
import { tarReader } from "./tar-reader.ts";

function readBack(tar: Buffer): TarEntry[] {
  const entries: TarEntry[] = [];
  const reader = tarReader((entry) => {
    entries.push(entry);
    return undefined;
  });
  reader.write(tar);
  reader.end();
  return entries;
}

const LONG = "n".repeat(300);
const ENTRIES: readonly (readonly [string, WrittenEntry])[] = [
  ["a file", { name: "a/b", type: "file", mode: 0o4755, uid: 1, gid: 2, size: 0, mtime: 1_700_000_000 }],
  ["a directory", { name: "d/", type: "directory", mode: 0o1777 }],
  ["a symlink", { name: "s", type: "symlink", mode: 0o777, linkName: "../x" }],
  ["a hard link", { name: "l", type: "link", mode: 0o644, linkName: "a/b" }],
  ["a fifo", { name: "p", type: "fifo", mode: 0o600 }],
  ["long names", { name: LONG, type: "symlink", mode: 0o777, linkName: `${LONG}x` }],
  ["a name of 100 bytes", { name: "m".repeat(100), type: "file", mode: 0o644 }],
  ["a name that is not ASCII", { name: "f\xc3\xa4", type: "file", mode: 0o644 }],
  ["a name that is not UTF-8", { name: "f\xff", type: "file", mode: 0o644 }],
  ["large ids", { name: "a", type: "file", mode: 0o644, uid: 3_000_000_000, gid: 2_097_152 }],
  ["a time before the epoch", { name: "a", type: "file", mode: 0o644, mtime: -1 }],
  [
    "xattrs",
    {
      name: "a",
      type: "file",
      mode: 0o644,
      xattrs: [{ name: "user.bytes", value: Buffer.from([0, 10, 61, 255]) }],
    },
  ],
];

for (const [name, entry] of ENTRIES) {
  test(`tarHeader(): ${name}`, () => {
    const tar = Buffer.concat([tarHeader(entry), TAR_END]);
    const [found, ...more] = readBack(tar);
    const { uid = 0, gid = 0, mtime = 0, linkName = "", xattrs = [] } = entry;
    assert.deepEqual(more, []);
    assert.deepEqual(
      { ...found, segments: undefined },
      {
        type: entry.type,
        name: entry.name,
        linkName,
        mode: entry.mode,
        uid,
        gid,
        mtime: { seconds: mtime, nanoseconds: 0 },
        xattrs,
        size: 0,
        segments: undefined,
      },
    );
    assert.equal(execFileSync("tar", ["-tf", "-"], { input: tar }).toString().split("\n").length, 2);
  });
}

test("tarHeader(): a file of more than 8 GiB", () => {
  const [found] = readBackHeader({ name: "big", type: "file", mode: 0o644, size: 10 * 2 ** 30 });
  assert.equal(found?.size, 10 * 2 ** 30);
});

function readBackHeader(entry: WrittenEntry): TarEntry[] {
  const entries: TarEntry[] = [];
  tarReader((found) => {
    entries.push(found);
    return undefined;
  }).write(tarHeader(entry));
  return entries;
}

test("tarPadding() fills up to whole blocks", () =>
  assert.deepEqual(
    [0, 1, 511, 512, 513].map((size) => tarPadding(size).length),
    [0, 511, 1, 0, 511],
  ));
