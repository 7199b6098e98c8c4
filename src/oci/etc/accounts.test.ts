import assert from "node:assert/strict";
import { test } from "node:test";
import { accountTexts } from "./accounts.ts";
import { containerenv } from "./containerenv.ts";

const FILES = { passwdText: "root:x:0:0:root:/root:/bin/sh", groupText: "root:x:0:\n" };

for (const [name, user, defaults, expected] of [
  ["a known user needs nothing", { uid: 0, gid: 0 }, { home: "/" }, {}],
  [
    "a number gets a line",
    { uid: 1234, gid: 0 },
    { home: "/tmp" },
    { passwd: `${FILES.passwdText}\n1234:*:1234:0:container user:/tmp:/bin/sh\n` },
  ],
  [
    "its group too",
    { uid: 1234, gid: 777 },
    { home: "/" },
    {
      passwd: `${FILES.passwdText}\n1234:*:1234:777:container user:/:/bin/sh\n`,
      group: "root:x:0:\n777:x:777:1234\n",
    },
  ],
  [
    "--passwd-entry",
    { uid: 5, gid: 0 },
    { home: "/h", name: "eve", entry: "$USERNAME:x:$UID:$GID::$HOME:/bin/$SHELL" },
    { passwd: `${FILES.passwdText}\neve:x:5:0::/h:/bin/$SHELL\n` },
  ],
] as const) {
  test(`accountTexts(): ${name}`, () => {
    assert.deepEqual(accountTexts(FILES, { ...user, additionalGids: [] }, defaults), expected);
  });
}

test("containerenv() tells only privileged containers", () => {
  assert.equal(containerenv(undefined), "");
  const facts = { engine: "tspod-1", name: "a", id: "b", image: "c", imageId: "d", rootless: true };
  assert.equal(
    containerenv(facts),
    'engine="tspod-1"\nname="a"\nid="b"\nimage="c"\nimageid="d"\nrootless=1\n',
  );
});
