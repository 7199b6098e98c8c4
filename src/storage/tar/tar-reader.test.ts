import assert from "node:assert/strict";
import { test } from "node:test";
import { type BuiltEntry, buildTar } from "../../../test/fixtures/build-tar.ts";
import type { TarEntry } from "./tar-entry.ts";
import { tarReader } from "./tar-reader.ts";

interface Read {
  readonly entry: TarEntry;
  readonly body: string;
}

/** @param step how many bytes a write brings */
function readAll(tar: Buffer, step: number): Read[] {
  const found: Read[] = [];
  const reader = tarReader((entry) => {
    const parts: Buffer[] = [];
    if (entry.type !== "file") found.push({ entry, body: "" });
    return {
      write: (chunk) => parts.push(Buffer.from(chunk)),
      end: () => found.push({ entry, body: Buffer.concat(parts).toString() }),
      abort: () => undefined,
    };
  });
  for (let at = 0; at < tar.length; at += step) reader.write(tar.subarray(at, at + step));
  reader.end();
  return found;
}

const long = "d/".repeat(120);

const ENTRIES: readonly (readonly [string, readonly BuiltEntry[], readonly Partial<TarEntry>[]])[] = [
  ["a file", [{ name: "a", body: "hello" }], [{ name: "a", type: "file", size: 5 }]],
  ["an empty file", [{ name: "a" }, { name: "b" }], [{ name: "a", size: 0 }, { name: "b" }]],
  [
    "a body of whole blocks",
    [{ name: "a", body: "x".repeat(1024) }, { name: "b" }],
    [{ size: 1024 }, { name: "b" }],
  ],
  [
    "a directory as before POSIX",
    [{ name: "a/", type: "\0" }, { name: "b" }],
    [{ type: "directory" }, { name: "b" }],
  ],
  [
    "a file whose name ends in a slash",
    [{ name: "a/", type: "0", body: "hello" }, { name: "b" }],
    [{ name: "a/", type: "file", size: 5 }, { name: "b" }],
  ],
  [
    "a GNU long name",
    [{ name: "x", type: "L", body: `${long}f\0` }, { name: "cut" }],
    [{ name: `${long}f` }],
  ],
  [
    "a GNU long link",
    [
      { name: "x", type: "K", body: `${long}t\0` },
      { name: "l", type: "2" },
    ],
    [{ linkName: `${long}t` }],
  ],
  [
    "PAX wins over GNU",
    [
      { name: "x", type: "L", body: "gnu\0" },
      { name: "h", pax: { path: "pax" } },
    ],
    [{ name: "pax" }],
  ],
  [
    "PAX ids and times",
    [{ name: "a", pax: { uid: "70000", mtime: "-1.5" } }],
    [{ uid: 70000, mtime: { seconds: -2, nanoseconds: 500_000_000 } }],
  ],
  [
    "a global header is skipped",
    [{ name: "g", type: "g", body: "whatever" }, { name: "a" }],
    [{ name: "a", type: "file" }],
  ],
  [
    "a long name whose header is cut at a slash",
    [{ name: `${"a".repeat(99)}/`, type: "\0", body: "x", pax: { path: `${"a".repeat(99)}/b` } }],
    [{ name: `${"a".repeat(99)}/b`, type: "file", size: 1 }],
  ],
  ["an empty PAX value takes none", [{ name: "a", pax: { path: "" } }], [{ name: "a" }]],
];

for (const [name, built, expected] of ENTRIES) {
  for (const step of [1, 777, 1 << 20]) {
    test(`tarReader(): ${name}, ${step} bytes at a time`, () => {
      const found = readAll(buildTar(built), step);
      assert.equal(found.length, expected.length);
      for (const [index, fields] of expected.entries()) {
        for (const [key, value] of Object.entries(fields)) {
          assert.deepEqual(found[index]?.entry[key as keyof TarEntry], value, key);
        }
      }
    });
  }
}

test("tarReader(): xattrs keep their bytes, newlines too", () => {
  const value = Buffer.from([0, 10, 255, 61]);
  const [found] = readAll(buildTar([{ name: "a", pax: { "SCHILY.xattr.security.capability": value } }]), 100);
  assert.deepEqual(found?.entry.xattrs, [{ name: "security.capability", value }]);
});

test("tarReader(): bytes of a name that are not UTF-8 are kept", () => {
  const [found] = readAll(buildTar([{ name: "a", pax: { path: Buffer.from([0x61, 0xff]) } }]), 100);
  assert.deepEqual(Buffer.from(found?.entry.name ?? "", "latin1"), Buffer.from([0x61, 0xff]));
});

const whole = buildTar([{ name: "a", body: "x".repeat(600) }]);

const DAMAGED: readonly (readonly [string, Buffer, RegExp])[] = [
  ["cut in a body", whole.subarray(0, 700), /breaks off/],
  ["cut in a header", whole.subarray(0, 300), /breaks off/],
  ["a wrong checksum", Buffer.concat([Buffer.from("b"), whole.subarray(1)]), /checksum/],
  [
    "a PAX record longer than its header",
    buildTar([{ name: "x", type: "x", body: "99 path=a\n" }, { name: "a" }]),
    /PAX/,
  ],
  [
    "a PAX record without a length",
    buildTar([{ name: "x", type: "x", body: "path=a\n" }, { name: "a" }]),
    /PAX/,
  ],
  ["a negative PAX size", buildTar([{ name: "a", pax: { size: "-1" } }]), /size/],
  [
    "a sparse map out of order",
    buildTar([{ name: "a", body: "xy", pax: { "GNU.sparse.size": "9", "GNU.sparse.map": "5,1,0,1" } }]),
    /order/,
  ],
  [
    "a sparse map past the end",
    buildTar([{ name: "a", body: "xy", pax: { "GNU.sparse.size": "3", "GNU.sparse.map": "5,2" } }]),
    /fit/,
  ],
];

for (const [name, tar, message] of DAMAGED) {
  test(`tarReader() refuses ${name}`, () => assert.throws(() => readAll(tar, 512), message));
}

test("tarReader(): a tar without its end mark is read", () => {
  assert.equal(readAll(whole.subarray(0, 512 + 1024), 512).length, 1);
});

for (const length of [512 + 600, 512 + 601, 512 + 1023])
  for (const chunk of [100, 512, 4096])
    test(`tarReader(): one that ends ${length - 512 - 600} bytes into the padding, in pieces of ${chunk}`, () => {
      const [found, ...others] = readAll(whole.subarray(0, length), chunk);
      assert.equal(found?.entry.name, "a");
      assert.equal(found?.body, "x".repeat(600));
      assert.deepEqual(others, []);
    });

test("tarReader(): one that ends a byte before the padding is damaged", () => {
  assert.throws(() => readAll(whole.subarray(0, 512 + 599), 512), /breaks off/);
});

test("tarReader(): a sink whose tar breaks off is let go of once", () => {
  let aborted = 0;
  const reader = tarReader(() => ({ write: () => undefined, end: () => undefined, abort: () => aborted++ }));
  reader.write(buildTar([{ name: "a", body: "x".repeat(1000) }]).subarray(0, 700));
  assert.throws(() => reader.end(), /breaks off/);
  reader.abort();
  assert.equal(aborted, 1);
});
