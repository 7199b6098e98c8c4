import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, beforeEach, test } from "node:test";
import { native } from "../native.ts";
import { compiledCodeIn } from "./compiled-code.ts";

const root = mkdtempSync(join(tmpdir(), "tspod-code-"));
const directory = join(root, "code");
const CODE = Buffer.from("what V8 has compiled");
const kept = compiledCodeIn(directory, "b1");
const file = join(directory, "b1/run.cjs");

beforeEach(() => rmSync(directory, { recursive: true, force: true }));
after(() => rmSync(root, { recursive: true }));

test("adler32 is RFC 1950's", () => {
  assert.equal(native.adler32(Buffer.from("")), 1);
  assert.equal(native.adler32(Buffer.from("Wikipedia")), 0x11e60398);
  // Long enough to be reduced on the way; computed by zlib.
  assert.equal(native.adler32(Buffer.alloc(100_000, 0xff)), 0x149a302c);
});

test("what was written is read, by the same build only", () => {
  kept.write("run.cjs", CODE);
  assert.deepEqual(kept.read("run.cjs"), CODE);
  assert.equal(kept.read("ps.cjs"), undefined);
  assert.equal(compiledCodeIn(directory, "b2").read("run.cjs"), undefined);
});

for (const [what, damage] of [
  ["cut", (bytes: Buffer) => bytes.subarray(0, 9)],
  ["empty", () => Buffer.alloc(0)],
  ["zeros", (bytes: Buffer) => Buffer.alloc(bytes.length)],
  ["one bit", (bytes: Buffer) => Buffer.from(bytes.map((byte, at) => (at === 7 ? byte ^ 4 : byte)))],
] as const) {
  test(`damaged, it is not there: ${what}`, () => {
    kept.write("run.cjs", CODE);
    writeFileSync(file, damage(readFileSync(file)));
    assert.equal(kept.read("run.cjs"), undefined);
  });
}

test("where it can't be kept, nothing happens", () => {
  mkdirSync(directory);
  chmodSync(directory, 0o500);
  kept.write("run.cjs", CODE);
  assert.equal(kept.read("run.cjs"), undefined);
});

test("a new build removes what another has not touched for a month", () => {
  const [old, young, notOurs] = ["0a1b-v24.0.0-x64", "0a1b-v24.1.0-x64", "notes"] as const;
  for (const build of [old, young, notOurs]) compiledCodeIn(directory, build).write("run.cjs", CODE);
  const longAgo = new Date(Date.now() - 40 * 24 * 3600 * 1000);
  for (const name of [old, notOurs]) utimesSync(join(directory, name), longAgo, longAgo);
  kept.write("run.cjs", CODE);
  assert.deepEqual(
    [old, young, notOurs, "b1"].map((build) => existsSync(join(directory, build))),
    [false, true, true, true],
  );
});
