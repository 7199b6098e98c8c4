import assert from "node:assert/strict";
import { test } from "node:test";
import { choosePlatform } from "./choose-platform.ts";
import type { Descriptor } from "./descriptor.ts";
import { sha256 } from "./digest.ts";
import { missingCompressions, zstdLast } from "./list-compression.ts";

const ZSTD = { "io.github.containers.compression.zstd": "true" };

function entry(name: string, architecture: string, annotations?: Record<string, string>): Descriptor {
  const platform = { os: "linux", architecture };
  return { mediaType: name, digest: sha256(name), size: 1, platform, ...(annotations && { annotations }) };
}

const amd = entry("amd", "amd64");
const amdZstd = entry("amd zstd", "amd64", ZSTD);
const arm = entry("arm", "arm64");

const missing = (entries: readonly Descriptor[], wanted: readonly string[]) =>
  [...missingCompressions(entries, wanted)].map(([{ mediaType }, names]) => [mediaType, names]);

test("what is missing is asked of each platform by itself, and made once", () => {
  assert.deepEqual(missing([amd, amdZstd, arm], ["zstd", "gzip"]), [
    ["amd", []],
    ["amd zstd", []],
    ["arm", ["zstd"]],
  ]);
  assert.deepEqual(missing([amd, entry("amd 2", "amd64"), arm], ["zstd", "zstd"]), [
    ["amd", ["zstd"]],
    ["amd 2", []],
    ["arm", ["zstd"]],
  ]);
});

test("zstd:chunked is another compression than zstd, as for podman", () => {
  assert.deepEqual(missing([amd, amdZstd], ["zstd:chunked"]), [
    ["amd", ["zstd:chunked"]],
    ["amd zstd", []],
  ]);
});

test("zstd stands last in the list, and is what is chosen of it", () => {
  assert.deepEqual(zstdLast([amdZstd, amd, arm]), [amd, arm, amdZstd]);
  assert.equal(choosePlatform([amd, arm, amdZstd], { os: "linux", architecture: "amd64" }), amdZstd);
  assert.equal(choosePlatform([amd, arm, amdZstd], { os: "linux", architecture: "arm64" }), arm);
});
