import assert from "node:assert/strict";
import { test } from "node:test";
import { checkAutoUpdate, parseAutoUpdatePolicy } from "./auto-update.ts";

for (const [text, policy] of [
  ["registry", "registry"],
  ["image", "registry"],
  ["local", "local"],
  ["disabled", "disabled"],
  ["", "disabled"],
  ["''", "disabled"],
] as const) {
  test(`parseAutoUpdatePolicy(): "${text}"`, () => assert.equal(parseAutoUpdatePolicy(text), policy));
}

for (const text of ["fake", "toString"]) {
  test(`parseAutoUpdatePolicy() refuses ${text}`, () =>
    assert.throws(() => parseAutoUpdatePolicy(text), {
      message: `invalid auto-update policy "${text}": valid policies are ["disabled" "image" "local" "registry"]`,
    }));
}

for (const image of ["quay.io/a/b:1", "localhost/a", "server:5000/a", "docker://quay.io/a"]) {
  test(`checkAutoUpdate() takes ${image}`, () =>
    checkAutoUpdate({ "io.containers.autoupdate": "registry" }, image));
}

for (const [image, message] of [
  ["alpine", 'short name: auto updates require fully-qualified image reference: "alpine"'],
  ["library/alpine", 'short name: auto updates require fully-qualified image reference: "library/alpine"'],
  [
    "docker-archive:/a.tar",
    'auto updates require the docker image transport but image is of transport "docker-archive"',
  ],
] as const) {
  test(`checkAutoUpdate() refuses ${image}`, () =>
    assert.throws(() => checkAutoUpdate({ "io.containers.autoupdate": "image" }, image), { message }));
}

test("checkAutoUpdate() has nothing against a short name with the local policy", () =>
  checkAutoUpdate({ "io.containers.autoupdate": "local" }, "alpine"));
