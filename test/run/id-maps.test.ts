import assert from "node:assert/strict";
import { after, test } from "node:test";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;

type Run = readonly number[];
const rows = (text: string): Run[] =>
  text
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
const READ = ["cat", "/proc/self/uid_map", "/proc/self/gid_map"];
/** Our own maps: this user's ids on the host, and how many there are. */
const own = { uid: await ownMap("uid_map"), gid: await ownMap("gid_map") };

async function ownMap(file: string): Promise<Run[]> {
  return rows(await host.ok(["unshare", "cat", `/proc/self/${file}`]));
}

/** The maps of a container, users before groups, with runs that continue each other made one. */
async function mapsOf(flags: readonly string[]): Promise<Run[]> {
  return merge(rows(await host.ok(["run", "--rm", "--network", "none", ...flags, IMAGE, ...READ])));
}

function merge(map: readonly Run[]): Run[] {
  const merged: Run[] = [];
  for (const [inside = 0, outside = 0, size = 0] of map) {
    const [start = 0, from = 0, length = 0] = merged.at(-1) ?? [];
    const follows = length > 0 && start + length === inside && from + length === outside;
    if (follows) merged.splice(-1, 1, [start, from, length + size]);
    else merged.push([inside, outside, size]);
  }
  return merged;
}

const hostId = (map: readonly Run[], id: number): number => {
  const [start = 0, from = 0] = map.find(([at = 0, , size = 0]) => id >= at && id < at + size) ?? [];
  return from + id - start;
};
const count = (map: readonly Run[]): number => map.reduce((sum, [, , size = 0]) => sum + size, 0);
const [uids, gids] = [count(own.uid), count(own.gid)];
/** All ids of a kind, but for `id`, which is `moved` in the container. */
const moved = (total: number, id: number, to: number): Run[] => [
  [0, 0, id],
  [id, id + 1, total - id - 1],
  [to, id, 1],
];

for (const [flags, expected] of [
  [
    "--uidmap 0:0:10 --uidmap 10:20:5",
    [
      [0, 0, 10],
      [10, 20, 5],
      [0, 0, 10],
      [10, 20, 5],
    ],
  ],
  [
    "--uidmap 0:0:10,10:20:5 --gidmap 0:5",
    [
      [0, 0, 10],
      [10, 20, 5],
      [0, 5, 1],
    ],
  ],
  [
    "--uidmap 3:3 --uidmap 0:0:3",
    [
      [0, 0, 4],
      [0, 0, 4],
    ],
  ],
  [
    "--gidmap 0:0:20 --gidmap g50:50:1",
    [
      [0, 0, 20],
      [0, 0, 20],
      [50, 50, 1],
    ],
  ],
  [
    "--uidmap u0:0:10",
    [
      [0, 0, 10],
      [0, 0, gids],
    ],
  ],
  [
    "--uidmap g0:0:10",
    [
      [0, 0, uids],
      [0, 0, 10],
    ],
  ],
  [
    "--uidmap 0:0:50 --uidmap +1000:1:1",
    [
      [0, 0, 1],
      [2, 2, 48],
      [1000, 1, 1],
      [0, 0, 1],
      [2, 2, 48],
      [1000, 1, 1],
    ],
  ],
  [
    "--uidmap 0:0:10 --uidmap +5:20:10",
    [
      [0, 0, 5],
      [5, 20, 10],
      [0, 0, 5],
      [5, 20, 10],
    ],
  ],
  ["--uidmap +900000:1", [...moved(uids, 1, 900000), ...moved(gids, 1, 900000)]],
  [`--gidmap +g900000:@${hostId(own.gid, 11)}`, [[0, 0, uids], ...moved(gids, 11, 900000)]],
  [
    `--uidmap 0:@${hostId(own.uid, 0)} --gidmap 0:@${hostId(own.gid, 5)}:3`,
    [
      [0, 0, 1],
      [0, 5, 3],
    ],
  ],
  [
    `--userns auto:size=20,uidmapping=0:@${hostId(own.uid, 0)},gidmapping=7:@${hostId(own.gid, 4)}`,
    [
      [1, 1, 19],
      [0, 0, 1],
      [0, 1, 3],
      [3, 5, 4],
      [8, 9, 12],
      [7, 4, 1],
    ],
  ],
] as const) {
  test(`run ${flags.replaceAll(/@\d+/g, "@ID")}`, async () => {
    assert.deepEqual(await mapsOf(flags.split(" ")), expected);
  });
}

test("a group of the host's is there under its number, and files that it has", async () => {
  const group = hostId(own.gid, 11);
  const flags = ["--gidmap", `+g900000:@${group}`, "--user", "0:900000", "--tmpfs", "/t"];
  const script = "id -g; touch /t/f; stat -c %u:%g /t/f /bin";
  assert.equal(
    await host.ok(["run", "--rm", "--network", "none", ...flags, IMAGE, "sh", "-c", script]),
    "900000\n0:900000\n0:0",
  );
});

test("create keeps the maps; inspect tells them before the start, and a start has them", async () => {
  await host.ok(["create", "--name", "kept", "--network", "none", "--uidmap", "0:0:10,+4:1", IMAGE, ...READ]);
  const map = ["0:0:1", "2:2:2", "4:1:1", "5:5:5"];
  const inspected = await host.ok(["inspect", "--format", "{{json .HostConfig.IDMappings}}", "kept"]);
  assert.deepEqual(JSON.parse(inspected), { UidMap: map, GidMap: map });
  const started = rows(await host.ok(["start", "-a", "kept"]));
  assert.deepEqual(
    started.map((run) => run.join(":")),
    [...map, ...map],
  );
  await host.ok(["rm", "kept"]);
});

test("pod create: the maps are those of the pod's containers", async () => {
  await host.ok(["pod", "create", "--name", "mapped", "--network", "none", "--gidmap", "+g900000:11"]);
  const flags = ["run", "--rm", "--pod", "mapped", IMAGE, ...READ];
  assert.deepEqual(merge(rows(await host.ok(flags))), [[0, 0, uids], ...moved(gids, 11, 900000)]);
  await host.ok(["pod", "rm", "-ft", "0", "mapped"]);
});

const NUMBER = "is not a number from 0 to 4294967295";
const FORM = 'initializing ID mappings: UID setting is malformed expected ["[+ug]uint32:[@]uint32[:uint32]"]';
for (const [flags, message] of [
  ["--uidmap 0", `${FORM} : ["0"]`],
  ["--uidmap 0:0:1:2", `${FORM} : ["0:0:1:2"]`],
  ["--uidmap x0:0:1", 'invalid mapping "x0:0:1": unknown flag "x", the flags are "+", "u" and "g"'],
  ["--gidmap 0:y", `invalid mapping "0:y": "y" ${NUMBER}`],
  ["--gidmap 0:@", `invalid mapping "0:@": "" ${NUMBER}`],
  ["--uidmap 0:0:0", "must provide at least one UID or GID mapping to configure a user namespace"],
  ["--gidmap +g5:@4294967290", "parent ID GID 4294967290 is not mapped/delegated: see subgid(5)"],
  [
    "--uidmap 0:0:10 --uidmap 5:20:10",
    'the UID mapping 5:20:10 conflicts with other mappings: put "+" before it to take its ids out of them',
  ],
  [
    "--uidmap 0:0:1 --userns keep-id",
    "--userns and --uidmap/--gidmap/--subuidname/--subgidname are mutually exclusive",
  ],
  [
    "--uidmap 0:0:1 --subuidname me",
    "--uidmap/--gidmap and --subuidname/--subgidname are mutually exclusive",
  ],
] as const) {
  test(`create ${flags}: one line, and no container`, async () => {
    assert.deepEqual(await host.tspod(["create", "--name", "none", ...flags.split(" "), IMAGE, "true"]), {
      code: 125,
      stdout: "",
      stderr: `Error: ${message}\n`,
    });
    assert.equal(await host.ok(["ps", "-aq", "--filter", "name=none"]), "");
  });
}

test("a map without root: the error says where to mend it", async () => {
  const flags = ["run", "--rm", "--network", "none", "--uidmap", "5:3"];
  assert.deepEqual(await host.tspod([...flags, IMAGE, "id", "-u"]), {
    code: 126,
    stdout: "",
    stderr:
      "Error: user 0:0 is not mapped in this user namespace (1 ids): map it with --uidmap and --gidmap\n",
  });
});
