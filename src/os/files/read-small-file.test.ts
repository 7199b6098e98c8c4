import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { TspodError } from "../../errors.ts";
import { readSmallFile, readSmallText, readSmallTextIfThere } from "./read-small-file.ts";

const directory = mkdtempSync(join(tmpdir(), "tspod-small-"));
after(() => rmSync(directory, { recursive: true }));
const at = (name: string) => join(directory, name);

test("a file is read whole, in the kernel's own file systems too", () => {
  const text = "ü".repeat(100_000);
  writeFileSync(at("file"), text);
  assert.equal(readSmallText(at("file")), text);
  assert.match(readSmallText("/proc/self/status"), /^Name:/);
});

test("/dev/null is an empty file", () => {
  assert.deepEqual(readSmallFile("/dev/null"), Buffer.alloc(0));
});

test("a fifo, a device without end and a directory are refused at once", () => {
  execFileSync("mkfifo", [at("fifo")]);
  for (const [path, kind] of [
    [at("fifo"), "a fifo, not a regular file"],
    ["/dev/zero", "a device, not a regular file"],
    [directory, "a directory"],
  ] as const)
    assert.throws(
      () => readSmallFile(path),
      (error) => error instanceof TspodError && error.message === `"${path}" is ${kind}`,
    );
});

test("so is what is larger than any settings are", () => {
  writeFileSync(at("large"), "");
  truncateSync(at("large"), 3 * 1024 ** 3);
  assert.throws(() => readSmallFile(at("large")), /large" has more than 16 MiB$/);
});

test("what need not be there is undefined, and all else as it would be", () => {
  assert.equal(readSmallTextIfThere(at("none")), undefined);
  assert.match(readSmallTextIfThere("/proc/self/status") ?? "", /^Name:/);
  assert.throws(() => readSmallTextIfThere(directory), /" is a directory$/);
  assert.throws(() => readSmallTextIfThere(`${at("file")}/x`), { code: "ENOTDIR", path: `${at("file")}/x` });
});

test("what is not there is open(2)'s error", () => {
  assert.throws(() => readSmallFile(at("none")), { code: "ENOENT", path: at("none") });
});
