import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { hostPlatform } from "./choose-platform.ts";
import { parseElf } from "./elf.ts";

/** A program header table with one PT_INTERP, as 32-bit big-endian machines have it. */
function narrowBigEndian(interpreter: string): Buffer {
  const head = Buffer.alloc(256);
  head.write("\x7fELF\x01\x02\x01", "latin1");
  head.writeUInt16BE(8, 18);
  head.writeUInt32BE(52, 28);
  head.writeUInt16BE(32, 42);
  head.writeUInt16BE(1, 44);
  head.writeUInt32BE(3, 52);
  head.writeUInt32BE(100, 56);
  head.write(`${interpreter}\0`, 100);
  return head;
}

describe("parseElf", () => {
  test("this very Node: this machine's architecture, and its dynamic linker", () => {
    const program = parseElf(readFileSync(process.execPath).subarray(0, 4096));
    assert.equal(program?.architecture, hostPlatform(process.arch).architecture);
    assert.match(program?.interpreter ?? "", /^\/lib.*\/ld-.*\.so/);
  });

  test("32 bits, big-endian", () => {
    assert.deepEqual(parseElf(narrowBigEndian("/lib/ld.so.1")), {
      architecture: "mips",
      interpreter: "/lib/ld.so.1",
    });
  });

  for (const [name, content] of [
    ["a script", Buffer.from("#!/bin/sh\n".padEnd(100))],
    ["nothing", Buffer.alloc(0)],
    ["a header that is cut short", Buffer.from("\x7fELF\x02\x01", "latin1")],
  ] as const)
    test(`${name} is no program`, () => assert.equal(parseElf(content), undefined));

  test("headers that point nowhere are no error", () => {
    const head = narrowBigEndian("/x");
    head.writeUInt32BE(0xffffff00, 28);
    assert.deepEqual(parseElf(head), { architecture: "mips" });
    const far = narrowBigEndian("/x");
    far.writeUInt32BE(0xffffff00, 56);
    assert.deepEqual(parseElf(far), { architecture: "mips" });
  });
});
