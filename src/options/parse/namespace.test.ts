import assert from "node:assert/strict";
import { test } from "node:test";
import { parseIpc, parseNamespace } from "./namespace.ts";
import { parseUserNamespace } from "./user-namespace.ts";

for (const [text, expected] of [
  ["", { kind: "private" }],
  ["host", { kind: "host" }],
  ["container:web", { kind: "container", container: "web" }],
  ["ns:/proc/1/ns/pid", { kind: "path", path: "/proc/1/ns/pid" }],
] as const) {
  test(`parseNamespace("${text}")`, () => assert.deepEqual(parseNamespace(text), expected));
}

test("parseNamespace() refuses the rest", () => {
  for (const text of ["bogus", "container:", "none"]) {
    assert.throws(() => parseNamespace(text), { message: `unrecognized namespace mode ${text} passed` });
  }
  assert.deepEqual(parseIpc("none"), { kind: "none" });
});

for (const [userns, expected] of [
  ["", { kind: "host" }],
  ["keep-id", { kind: "keep-id" }],
  ["keep-id:uid=5,gid=6", { kind: "keep-id", uid: 5, gid: 6 }],
  ["auto:size=4096", { kind: "auto", size: 4096, uidMap: [], gidMap: [] }],
  ["nomap", { kind: "nomap" }],
] as const) {
  test(`parseUserNamespace("${userns}")`, () => {
    assert.deepEqual(parseUserNamespace({ userns, uidMap: [], gidMap: [] }), expected);
  });
}

test("--uidmap alone holds for groups too", () => {
  const map = [{ containerId: 0, hostId: 1, size: 10 }];
  assert.deepEqual(parseUserNamespace({ userns: "", uidMap: ["0:1:10"], gidMap: [] }), {
    kind: "maps",
    uidMap: map,
    gidMap: map,
  });
});

for (const [flags, message] of [
  [{ userns: "bogus", uidMap: [], gidMap: [] }, "unrecognized namespace mode bogus passed"],
  [{ userns: "keep-id:foo=1", uidMap: [], gidMap: [] }, 'unknown option specified: "foo"'],
  [{ userns: "keep-id:uid=x", uidMap: [], gidMap: [] }, 'strconv.ParseUint: parsing "x": invalid syntax'],
  [
    { userns: "", uidMap: ["x"], gidMap: [] },
    'initializing ID mappings: UID setting is malformed expected ["uint32:uint32:uint32"]: ["x"]',
  ],
  [
    { userns: "keep-id", uidMap: ["0:0:1"], gidMap: [] },
    "--userns and --uidmap/--gidmap/--subuidname/--subgidname are mutually exclusive",
  ],
] as const) {
  test(`parseUserNamespace(${JSON.stringify(flags)}) fails`, () => {
    assert.throws(() => parseUserNamespace(flags), { message });
  });
}
