import assert from "node:assert/strict";
import { test } from "node:test";
import { TspodError } from "../../errors.ts";
import { decompressedByCommand } from "./decompress-by-command.ts";

test("a program that is not installed is named, however much there is to read", async () => {
  const path = process.env.PATH;
  process.env.PATH = "/nonexistent";
  try {
    for (const name of ["xz", "bzip2"] as const) {
      const read = async () => {
        for await (const _ of decompressedByCommand(name, chunks())) assert.fail("read something");
      };
      await assert.rejects(read(), (error) => {
        assert(error instanceof TspodError);
        assert.equal(error.message, `reading ${name} data needs the program "${name}": install it`);
        return true;
      });
    }
  } finally {
    process.env.PATH = path;
  }
});

async function* chunks(): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < 100; at++) yield new Uint8Array(1 << 16);
}
