import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { IdMapEntry } from "../../../oci/id-maps.ts";
import { parseIdMaps } from "./id-map.ts";

const run = (containerId: number, hostId: number, size: number) => ({ containerId, hostId, size });
/** As of a user 1000 with one range of 65536 subordinate ids, and a second one of two groups. */
const OWN = {
  uid: [run(0, 1000, 1), run(1, 100000, 65536)],
  gid: [run(0, 1000, 1), run(1, 100000, 65536), run(65537, 2000, 2)],
};

function parse(line: string) {
  const words = line.split(" ");
  const of = (flag: string) => words.filter((word) => word.startsWith(flag)).map((word) => word.slice(2));
  return parseIdMaps({ uidMap: of("U="), gidMap: of("G=") }, OWN);
}
const write = (map: readonly IdMapEntry[]) =>
  map.map(({ containerId, hostId, size }) => `${containerId}:${hostId}:${size}`).join(" ");

// What Podman 5.8.6 makes of the same flags, but that the kernel's map is cut where ours is.
describe("`U=` is --uidmap, `G=` is --gidmap", () => {
  for (const [line, uids, gids = uids] of [
    ["U=0:1:10", "0:1:10"],
    ["G=0:1:10", "0:1:10"],
    ["U=0:1:10 G=0:5:3", "0:1:10", "0:5:3"],
    ["U=0:0", "0:0:1"],
    ["U=0:0:1:1:1:9", "0:0:10"],
    ["U=0:0:10 U=10:20:5", "0:0:10 10:20:5"],
    ["U=10:10:5 U=0:0:10", "0:0:15"],
    ["U=0:@1000", "0:0:1"],
    ["U=0:@1000 U=1:@100000:5", "0:0:6"],
    ["U=0:0 G=0:0 G=7:@2000:2", "0:0:1", "0:0:1 7:65537:2"],
    ["U=0:0 G=u0:@2000 G=0:0", "0:0:1"],
    ["G=0:@165535:1", "0:65536:1"],
    ["G=0:0:1000 G=g2000:2000:1", "0:0:1000", "0:0:1000 2000:2000:1"],
    ["U=u0:0:10", "0:0:10", "0:0:65539"],
    ["U=g0:0:10", "0:0:65537", "0:0:10"],
    ["U=u0:0:10 G=u0:0:20", "0:0:10", "0:0:65539"],
    ["U=0:0:65000 U=+100000:1:1", "0:0:1 2:2:64998 100000:1:1"],
    ["U=0:0:65000 U=+100000:1:1 U=1:65001:1", "0:0:1 1:65001:1 2:2:64998 100000:1:1"],
    ["U=0:0:10 U=+5:20:10", "0:0:5 5:20:10"],
    ["U=0:0:10 U=+20:5:2", "0:0:5 7:7:3 20:5:2"],
    ["U=0:0:10 U=+2:6:2", "0:0:2 2:6:2 4:4:2 8:8:2"],
    ["U=0:0:10 U=+5:5:0", "0:0:10"],
    ["U=+100000:1:1", "0:0:1 1:2:65535 100000:1:1", "0:0:1 1:2:65537 100000:1:1"],
    ["G=+g100000:@100010", "0:0:65537", "0:0:11 11:12:65527 100000:11:1"],
    ["G=+g100000:@2000", "0:0:65537", "0:0:65537 65537:65538:1 100000:65537:1"],
    ["U=+5:@100000:3 G=0:0", "0:0:1 1:4:4 5:1:3 8:8:65529", "0:0:1"],
    ["U=u+5:1", "0:0:1 1:2:4 5:1:1 6:6:65531", "0:0:65539"],
    ["U=uu++5:1 G=0:0", "0:0:1 1:2:4 5:1:1 6:6:65531", "0:0:1"],
    ["U=+65537:1:1 G=0:0", "0:0:1 1:2:65535 65537:1:1", "0:0:1"],
    [
      "U=+0:5 U=+1:@100010:10 G=+g7:9",
      "0:5:1 1:11:10 11:0:5 16:6:5 21:21:65516",
      "0:0:7 7:9:1 8:7:2 10:10:65529",
    ],
    ["U=+2000000:1:1 U=3:3:1 G=0:0", "0:0:1 1:2:1 2:4:1 3:3:1 4:5:65532 2000000:1:1", "0:0:1"],
  ] as const) {
    test(line, () => {
      const { uidMap, gidMap } = parse(line);
      assert.deepEqual({ uids: write(uidMap), gids: write(gidMap) }, { uids, gids });
    });
  }
});

describe("what is no map", () => {
  const malformed = (texts: string, kind = "UID") =>
    `initializing ID mappings: ${kind} setting is malformed expected ["[+ug]uint32:[@]uint32[:uint32]"] : [${texts}]`;
  const number = (text: string, word: string) =>
    `invalid mapping "${text}": "${word}" is not a number from 0 to 4294967295`;
  const flag = (text: string, word: string) =>
    `invalid mapping "${text}": unknown flag "${word}", the flags are "+", "u" and "g"`;
  for (const [line, message] of [
    ["U=0", malformed('"0"')],
    ["U=0:0 U=1:1:1:1", malformed('"0:0" "1:1:1:1"')],
    ["U=0:0:1:2:5", malformed('"0:0:1:2:5"')],
    ["U=:0:1", malformed('":0:1"')],
    ["U=0:0 G=5", malformed('"5"', "GID")],
    ["U=x0:0:1", flag("x0:0:1", "x")],
    ["U=-1:0:1", flag("-1:0:1", "-")],
    ["U=@0:1", flag("@0:1", "@")],
    ["U=+:0:1", number("+:0:1", "")],
    ["U=5u:1", number("5u:1", "5u")],
    ["U=+1.5:1", number("+1.5:1", "1.5")],
    ["U=0::1", number("0::1", "")],
    ["U=0:y", number("0:y", "y")],
    ["U=0:@", number("0:@", "")],
    ["U=0:0:", number("0:0:", "")],
    ["U=0:0:4294967296", number("0:0:4294967296", "4294967296")],
    ["U=4294967295:0:1", 'invalid mapping "4294967295:0:1": it goes beyond the last id, 4294967294'],
    [
      "U=0:0:10 U=5000:4294967290:9",
      'invalid mapping "5000:4294967290:9": it goes beyond the last id, 4294967294',
    ],
    ["U=0:@5", "parent ID UID 5 is not mapped/delegated: see subuid(5)"],
    ["U=0:@165530:9", "parent ID UID 165536 is not mapped/delegated: see subuid(5)"],
    ["G=+g100000:@2001:2", "parent ID GID 2002 is not mapped/delegated: see subgid(5)"],
    ["U=0:0:0", "must provide at least one UID or GID mapping to configure a user namespace"],
    [
      "U=0:0:10 U=5:20:10",
      'the UID mapping 5:20:10 conflicts with other mappings: put "+" before it to take its ids out of them',
    ],
    [
      "U=u0:0 G=0:0:10 G=20:5:10",
      'the GID mapping 20:5:10 conflicts with other mappings: put "+" before it to take its ids out of them',
    ],
  ] as const) {
    test(line, () => assert.throws(() => parse(line), { message }));
  }
});
