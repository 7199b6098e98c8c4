import assert from "node:assert/strict";
import { test } from "node:test";
import {
  choosePlatform,
  hostPlatform,
  parsePlatform,
  platformFits,
  wantedPlatform,
} from "./choose-platform.ts";
import type { Descriptor } from "./descriptor.ts";
import { sha256 } from "./digest.ts";

/** `linux/arm/v7` and so on; "" has no platform. */
function index(...platforms: string[]): Descriptor[] {
  return platforms.map((text, position) => {
    const [os = "", architecture = "", variant] = text.split("/");
    const platform = { os, architecture, ...(variant !== undefined && { variant }) };
    return { mediaType: "m", digest: sha256(`${position}`), size: 1, ...(text !== "" && { platform }) };
  });
}

for (const [name, entries, wanted, expected] of [
  ["the first of equals", ["linux/amd64", "linux/amd64"], "linux/amd64", 0],
  ["no platform and attestations never", ["", "unknown/unknown", "linux/amd64"], "linux/amd64", 2],
  ["amd64 takes no v2", ["linux/amd64/v2", "linux/amd64"], "linux/amd64", 1],
  ["without a variant any is better than none", ["linux/amd64/v2"], "linux/amd64", 0],
  ["arm64 v8 is arm64", ["linux/arm64"], "linux/arm64/v8", 0],
  ["arm v7 before v6", ["linux/arm/v6", "linux/arm/v7"], "linux/arm/v7", 1],
  ["arm v7 runs v5", ["linux/arm/v8", "linux/arm/v5"], "linux/arm/v7", 1],
  ["other names", ["linux/x86_64"], "linux/amd64", 0],
] as const) {
  test(`choosePlatform(): ${name}`, () => {
    const manifests = index(...entries);
    const { os, architecture = "", variant } = parsePlatform(wanted);
    const platform = { os, architecture, ...(variant !== undefined && { variant }) };
    assert.equal(manifests.indexOf(choosePlatform(manifests, platform)), expected);
  });
}

test("platformFits(): a variant that nobody knows fits itself, and an image that says none", () => {
  const wanted = { os: "linux", architecture: "amd64", variant: "v1" };
  for (const [variant, fits] of [
    [undefined, true],
    ["v1", true],
    ["v3", false],
  ] as const) {
    const image = { os: "linux", architecture: "amd64", ...(variant !== undefined && { variant }) };
    assert.equal(platformFits(image, wanted), fits, variant ?? "none");
  }
});

test("choosePlatform(): none, in podman's words", () => {
  assert.throws(() => choosePlatform(index("linux/amd64"), { os: "linux", architecture: "s390x" }), {
    message: 'no image found in image index for architecture s390x, variant "", OS linux',
  });
});

test("wantedPlatform(): a variant belongs to its architecture", () => {
  const host = hostPlatform("arm64");
  assert.deepEqual(host, { os: "linux", architecture: "arm64", variant: "v8" });
  assert.deepEqual(wantedPlatform(host, { architecture: "amd64" }), { os: "linux", architecture: "amd64" });
  assert.deepEqual(wantedPlatform(hostPlatform("x64"), { architecture: "aarch64" }), {
    os: "linux",
    architecture: "arm64",
  });
  assert.ok(platformFits({ os: "linux", architecture: "arm64" }, host));
});

for (const text of ["", "linux/", "linux/amd64/v2/x", "/amd64"]) {
  test(`parsePlatform(): not ${JSON.stringify(text)}`, () =>
    assert.throws(() => parsePlatform(text), /invalid platform/));
}
