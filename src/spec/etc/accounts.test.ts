import assert from "node:assert/strict";
import { test } from "node:test";
import { exampleOptions } from "../../../test/fixtures/run-example.ts";
import { accountTexts } from "./accounts.ts";
import { containerenv } from "./containerenv.ts";

const FILES = { passwdText: "root:x:0:0:root:/root:/bin/sh", groupText: "root:x:0:\n" };

const eve = { name: "eve", uid: 1000, gid: 1000, fullName: "Eve", home: "/home/eve" };
const options = ({
  user = "",
  ...others
}: Partial<Parameters<typeof accountTexts>[1]> & { user?: string }) => ({
  ...exampleOptions,
  ...others,
  process: { ...exampleOptions.process, user, workdir: "/tmp" },
});

for (const [name, given, expected] of [
  ["a known user needs nothing", { user: "0" }, {}],
  [
    "a number gets a line, and a group of that number",
    { user: "1234" },
    {
      passwd: `${FILES.passwdText}\n1234:*:1234:0:container user:/tmp:/bin/sh\n`,
      group: "root:x:0:\n1234:x:1234:1234\n",
    },
  ],
  [
    "its group too",
    { user: "1234:777" },
    {
      passwd: `${FILES.passwdText}\n1234:*:1234:777:container user:/tmp:/bin/sh\n`,
      group: "root:x:0:\n777:x:777:1234\n",
    },
  ],
  [
    "--passwd-entry",
    { user: "5:0", passwdEntry: "eve:x:$UID:$GID:$NAME:$HOME:/bin/$SHELL" },
    { passwd: `${FILES.passwdText}\neve:x:5:0:container user:/tmp:/bin/$SHELL\n` },
  ],
  ["--passwd=false", { user: "1234", passwd: false }, {}],
  [
    "the caller of keep-id, whose own user it is then",
    { user: "1000:1000", hostUsers: [eve], hostGroup: { name: "eve", gid: 1000, member: "eve" } },
    {
      passwd: `${FILES.passwdText}\neve:*:1000:1000:Eve:/tmp:/bin/sh\n`,
      group: "root:x:0:\neve:x:1000:eve\n",
    },
  ],
  [
    "a user of the host whose home is mounted lives there",
    {
      hostUsers: [eve],
      mounts: [
        { type: "bind", source: "/home", destination: "/home", readOnly: false, flags: {}, recursive: true },
      ],
    },
    { passwd: `${FILES.passwdText}\neve:*:1000:1000:Eve:/home/eve:/bin/sh\n` },
  ],
  ["a user of the host that the image has already", { hostUsers: [{ ...eve, name: "root", uid: 7 }] }, {}],
] as const) {
  test(`accountTexts(): ${name}`, () => {
    assert.deepEqual(accountTexts(FILES, options(given)), expected);
  });
}

test("containerenv() tells only privileged containers what they are, and all whether they see the store", () => {
  assert.equal(containerenv({ identity: undefined, hasStore: false }), "");
  assert.equal(containerenv({ identity: undefined, hasStore: true }), "graphRootMounted=1");
  const identity = { engine: "tspod-1", name: "a", id: "b", image: "c", imageId: "d", rootless: true };
  const lines = 'engine="tspod-1"\nname="a"\nid="b"\nimage="c"\nimageid="d"\nrootless=1\n';
  assert.equal(containerenv({ identity, hasStore: false }), lines);
  assert.equal(containerenv({ identity, hasStore: true }), `${lines}graphRootMounted=1`);
});
