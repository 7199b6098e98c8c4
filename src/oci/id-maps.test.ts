import assert from "node:assert/strict";
import { test } from "node:test";
import { exampleHost } from "../../test/fixtures/run-example.ts";
import { chooseIdMaps } from "../options/id-maps/choose-id-maps.ts";
import type { UserNamespaceMode } from "../options/namespace-mode.ts";
import { type IdMaps, idMapsKey, ownerInContainer, ownerOnHost, toContainerId, toHostId } from "./id-maps.ts";

const other: IdMaps = { uidMap: [], gidMap: [] };
const choose = (mode: UserNamespaceMode) =>
  chooseIdMaps(mode, { ...exampleHost, used: [], imageSize: 1024, ofContainer: () => other });
const keepId = choose({ kind: "keep-id" }) ?? other;

for (const [kind, mode, key] of [
  ["host", { kind: "host" }, undefined],
  ["keep-id", { kind: "keep-id" }, "0-1-1000_1000-0-1_1001-1001-64536"],
  [
    "keep-id of another number",
    { kind: "keep-id", uid: 5, gid: 6 },
    "0-1-5_5-0-1_6-6-65531+0-1-6_6-0-1_7-7-65530",
  ],
  ["nomap", { kind: "nomap" }, "0-1-65536"],
  ["auto", { kind: "auto", uidMap: [], gidMap: [] }, "0-1-1024"],
  ["container", { kind: "container", container: "x" }, ""],
] as const) {
  test(`chooseIdMaps(): ${kind}`, () => {
    const maps = choose(mode);
    assert.equal(maps && idMapsKey(maps), key);
  });
}

test("chooseIdMaps(): ids that the user does not have are refused", () => {
  const bad = [{ containerId: 0, hostId: 100000, size: 500 }];
  assert.throws(() => choose({ kind: "maps", uidMap: bad, gidMap: bad }), {
    message:
      "the id map 0:100000:500 goes beyond the ids of this user: they are 0 to 65536 (0 is the user, the others are the subordinate ids)",
  });
});

test("ids go through a map and back", () => {
  for (const [inside, outside] of [
    [0, 1],
    [999, 1000],
    [1000, 0],
    [1001, 1001],
    [65536, 65536],
  ] as const) {
    assert.equal(toHostId(keepId.uidMap, inside), outside);
    assert.equal(toContainerId(keepId.uidMap, outside), inside);
  }
  assert.equal(toHostId(keepId.uidMap, 65537), undefined);
});

test("an owner that the container does not have is nobody", () => {
  assert.deepEqual(ownerOnHost(keepId, { uid: 100000, gid: 0 }), { uid: 65534, gid: 1 });
  assert.deepEqual(ownerInContainer(keepId, { uid: 100000, gid: 0 }), { uid: 65534, gid: 1000 });
});
