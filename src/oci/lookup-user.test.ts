import assert from "node:assert/strict";
import { test } from "node:test";
import { lookupGroups, lookupUser } from "./lookup-user.ts";

const FILES = {
  passwdText:
    "# comment\nroot:x:0:0:root:/root:/bin/sh\nbob:x:1000:1000:Bob:/home/bob:/bin/sh\n1234:x:5:6::/five:\n",
  groupText: "root:x:0:root\nwheel:x:10:bob,root\nbob:x:1000:\nbroken\n",
};

for (const [text, expected] of [
  ["", { uid: 0, gid: 0, additionalGids: [0, 10], name: "root", home: "/root" }],
  ["bob", { uid: 1000, gid: 1000, additionalGids: [10], name: "bob", home: "/home/bob" }],
  ["1000", { uid: 1000, gid: 1000, additionalGids: [10], name: "bob", home: "/home/bob" }],
  ["bob:wheel", { uid: 1000, gid: 10, additionalGids: [], name: "bob", home: "/home/bob" }],
  ["bob:77", { uid: 1000, gid: 77, additionalGids: [], name: "bob", home: "/home/bob" }],
  ["4242", { uid: 4242, gid: 0, additionalGids: [] }],
  ["4242:10", { uid: 4242, gid: 10, additionalGids: [] }],
  ["1234", { uid: 5, gid: 6, additionalGids: [], name: "1234", home: "/five" }],
] as const) {
  test(`lookupUser("${text}")`, () => assert.deepEqual(lookupUser(text, FILES), expected));
}

for (const [text, message] of [
  ["eve", "unable to find user eve: no matching entries in passwd file"],
  ["bob:eve", "unable to find group eve: no matching entries in group file"],
  ["99999999999", "uids and gids must be in range 0-2147483647"],
  ["-1", "uids and gids must be in range 0-2147483647"],
] as const) {
  test(`lookupUser("${text}") fails`, () => assert.throws(() => lookupUser(text, FILES), { message }));
}

test("lookupUser() needs no files for root and numbers", () => {
  assert.deepEqual(lookupUser("", { passwdText: "", groupText: "" }), { uid: 0, gid: 0, additionalGids: [] });
});

test("lookupGroups() takes names and numbers", () => {
  assert.deepEqual(lookupGroups(["wheel", "99"], FILES), [10, 99]);
});
