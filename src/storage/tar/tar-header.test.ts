import assert from "node:assert/strict";
import { test } from "node:test";
import { buildTar } from "../../../test/fixtures/build-tar.ts";
import { BLOCK, readTarHeader, type TarHeader } from "./tar-header.ts";

/** A header with other bytes at some place, and the checksum that fits them. */
function headerWith(at: number, bytes: string): Buffer {
  const block = buildTar([{ name: "a" }]).subarray(0, BLOCK);
  block.write(bytes, at, "latin1");
  block.fill(" ", 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}

const READ: readonly (readonly [string, number, string, Partial<TarHeader>])[] = [
  ["spaces around a number", 100, "   644 \0", { mode: 0o644 }],
  ["an empty field is 0", 100, "\0".repeat(8), { mode: 0 }],
  ["what stands behind a NUL does not count", 108, "17\0junk!", { uid: 0o17 }],
  ["digits up to the end of the field", 136, "77777777777\x37", { mtime: 0o777777777777 }],
  ["base 256", 116, "\x80\0\0\0\x01\0\0\0", { gid: 2 ** 24 }],
  ["base 256 below zero", 136, `${"\xff".repeat(11)}\xfe`, { mtime: -2 }],
];

for (const [name, at, bytes, expected] of READ)
  test(`readTarHeader(): ${name}`, () => {
    assert.deepEqual(
      { ...readTarHeader(headerWith(at, bytes)), ...expected },
      readTarHeader(headerWith(at, bytes)),
    );
  });

for (const [name, at, bytes] of [
  ["letters in a mode", 100, "64x\0"],
  ["a digit that is not octal", 108, "0000008\0"],
  ["a time in base 256 without end", 136, `\x80${"\xff".repeat(11)}`],
  ["a negative size", 124, "\xff".repeat(12)],
] as const)
  test(`readTarHeader() refuses ${name}`, () => {
    assert.throws(() => readTarHeader(headerWith(at, bytes)), {
      message: "damaged tar: bad number in a header",
    });
  });

test("readTarHeader(): a block of zeroes is no header", () =>
  assert.equal(readTarHeader(Buffer.alloc(BLOCK)), undefined));
