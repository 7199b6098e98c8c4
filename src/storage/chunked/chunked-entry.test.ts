import assert from "node:assert/strict";
import { test } from "node:test";
import { type BuiltEntry, buildTar } from "../../../test/fixtures/build-tar.ts";
import { readTarHeader } from "../tar/tar-header.ts";
import { chunkedEntry } from "./chunked-entry.ts";

/** What the table says of an entry whose header, without PAX, is changed by hand before it is read. */
function entryOf(
  built: BuiltEntry,
  change: (block: Buffer) => void = () => {},
  pax: Record<string, string> = {},
) {
  const block = buildTar([built]).subarray(0, 512);
  change(block);
  block.write("        ", 148, 8, "latin1");
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, 8, "latin1");
  const header = readTarHeader(block);
  assert.ok(header !== undefined);
  const records = Object.entries(pax).map(([key, value]) => ({ key, value: Buffer.from(value) }));
  return chunkedEntry({ header, block, pax: records });
}

const MODTIME = "2001-09-09T01:46:40Z";

test("a file: what is 0 or empty is left out; the mode with the bits that old writers put there", () => {
  assert.deepEqual(
    entryOf({ name: "x" }, (block) => block.write("0100644\0", 100)),
    { type: "reg", name: "x", mode: 0o100644, modtime: MODTIME },
  );
});

test("old type flag: a name with a slash at its end is a directory", () => {
  assert.equal(entryOf({ name: "x", type: "\0" })?.type, "reg");
  assert.equal(entryOf({ name: "x/", type: "\0" })?.type, "dir");
});

test("a device has its numbers, a link no size", () => {
  const device = entryOf({ name: "null", type: "3" }, (block) => {
    block.write("0000001\0", 329);
    block.write("0000003\0", 337);
  });
  assert.deepEqual([device?.type, device?.devMajor, device?.devMinor], ["char", 1, 3]);
  const link = entryOf({ name: "l", type: "1", link: "x" }, (block) => block.write("00000000017\0", 124));
  assert.deepEqual([link?.type, link?.linkName, link?.size], ["hardlink", "x", undefined]);
});

test("PAX: times before 1970 and with fractions, ids, size, extended attributes", () => {
  const pax = {
    mtime: "-0.5",
    atime: "1.000000001",
    ctime: "2",
    uid: "70000",
    gid: "70001",
    size: "5",
    "SCHILY.xattr.user.a": "b",
  };
  assert.deepEqual(entryOf({ name: "x" }, undefined, pax), {
    type: "reg",
    name: "x",
    mode: 0o644,
    size: 5,
    uid: 70_000,
    gid: 70_001,
    modtime: "1969-12-31T23:59:59.5Z",
    accesstime: "1970-01-01T00:00:01.000000001Z",
    changetime: "1970-01-01T00:00:02Z",
    xattrs: { "user.a": "Yg==" },
  });
});

test("GNU's header has its own times", () => {
  const entry = entryOf({ name: "x" }, (block) => {
    block.write("ustar  \0", 257);
    block.fill(0, 345, 512);
    block.write("00000000001\0", 345);
  });
  assert.deepEqual([entry?.accesstime, entry?.changetime], ["1970-01-01T00:00:01Z", undefined]);
});
