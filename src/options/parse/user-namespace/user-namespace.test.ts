import assert from "node:assert/strict";
import { test } from "node:test";
import { parseUserNamespace } from "./user-namespace.ts";

const run = (containerId: number, hostId: number, size: number) => ({ containerId, hostId, size });
/** As of a user 1000 with one range of 65536 subordinate ids, and a second one of two groups. */
const OWN = {
  uid: [run(0, 1000, 1), run(1, 100000, 65536)],
  gid: [run(0, 1000, 1), run(1, 100000, 65536), run(65537, 2000, 2)],
};
const modeOf = (userns: string) => parseUserNamespace({ userns, uidMap: [], gidMap: [] }, () => OWN);

for (const [userns, expected] of [
  ["", { kind: "host" }],
  ["keep-id", { kind: "keep-id" }],
  ["keep-id:uid=5,gid=6", { kind: "keep-id", uid: 5, gid: 6 }],
  ["auto:size=4096", { kind: "auto", size: 4096, uidMap: [], gidMap: [] }],
  ["auto:uidmapping=0:@1000", { kind: "auto", uidMap: [run(0, 0, 1)], gidMap: [] }],
  ["auto:gidmapping=5:@2000:2,size=9", { kind: "auto", size: 9, uidMap: [], gidMap: [run(5, 65537, 2)] }],
  ["auto:uidmapping=0:5:0", { kind: "auto", uidMap: [], gidMap: [] }],
  ["nomap", { kind: "nomap" }],
] as const) {
  test(`parseUserNamespace("${userns}")`, () => assert.deepEqual(modeOf(userns), expected));
}

test("our own maps are not asked for where nothing is mapped by hand", () => {
  const own = () => assert.fail("asked for");
  assert.deepEqual(parseUserNamespace({ userns: "auto:size=5", uidMap: [], gidMap: [] }, own), {
    kind: "auto",
    size: 5,
    uidMap: [],
    gidMap: [],
  });
});

for (const [userns, message] of [
  ["bogus", "unrecognized namespace mode bogus passed"],
  ["keep-id:foo=1", 'unknown option specified: "foo"'],
  ["keep-id:uid=x", 'strconv.ParseUint: parsing "x": invalid syntax'],
  [
    "auto:uidmapping=0",
    'initializing ID mappings: UID setting is malformed expected ["uint32:[@]uint32[:uint32]"] : "0"',
  ],
  ["auto:uidmapping=+0:5", 'invalid mapping "+0:5": "+0" is not a number from 0 to 4294967295'],
  ["auto:gidmapping=0:5:", 'invalid mapping "0:5:": "" is not a number from 0 to 4294967295'],
  ["auto:uidmapping=0:@2000", "parent ID UID 2000 is not mapped/delegated: see subuid(5)"],
] as const) {
  test(`parseUserNamespace("${userns}") fails`, () => assert.throws(() => modeOf(userns), { message }));
}

test("a mode and maps are mutually exclusive", () => {
  assert.throws(() => parseUserNamespace({ userns: "keep-id", uidMap: ["0:0:1"], gidMap: [] }, () => OWN), {
    message: "--userns and --uidmap/--gidmap/--subuidname/--subgidname are mutually exclusive",
  });
});
