import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, test } from "node:test";
import { makeImage } from "../support/image.ts";
import { runProgram, TSPOD } from "../support/program.ts";
import { makeWorld } from "../support/world.ts";

const world = await makeWorld({ images: {} });
after(() => world.close());
const { host, registry } = world;

/**
 * A shell script with $0 = tspod, whose store is a file system of 16 MB: in a user namespace of its own,
 * which needs no rights.
 */
function onSmallDisk(script: string) {
  const disk = "mkdir -p small && mount -t tmpfs -o size=16m none small && export XDG_DATA_HOME=$PWD/small";
  return runProgram(TSPOD, ["unshare", "sh", "-c", `${disk}; ${script}`, TSPOD], {
    env: host.env,
    cwd: host.directory,
  });
}

/** Kilobytes in use. */
const USED = "df -k small | awk 'NR == 2 { print $3 }'";

test("layers that were finished before the disk was full are deleted; other images' and their layers stay", async () => {
  const shared = [{ path: "shared", content: randomBytes(1 << 20) }];
  registry.add("kept", "latest", makeImage({ layers: [shared] }));
  registry.add(
    "large",
    "latest",
    makeImage({
      layers: [
        shared,
        [{ path: "first", content: randomBytes(2 << 20) }],
        [{ path: "unfolds", content: Buffer.alloc(24 << 20, 7) }],
      ],
    }),
  );
  const { stdout, stderr } = await onSmallDisk(`
    "$0" pull -q test.localhost/kept >/dev/null; ${USED}; ls small/tspod/layers | wc -l
    "$0" pull -q test.localhost/large; echo "code $?"; ${USED}; ls small/tspod/layers | wc -l
    ls small/tspod/partial small/tspod/tmp | grep -v :; "$0" images --format '{{.Repository}}'`);
  assert.match(stderr, /^Error: .*no space left on device: the image needs [0-9.]+MB compressed [^\n]*\n$/);
  const [before, layersBefore, code, afterwards, layersAfter, ...rest] = stdout.trim().split("\n");
  assert.deepEqual([layersBefore, code, layersAfter], ["1", "code 125", "1"]);
  assert.ok(Number(afterwards) - Number(before) < 100, `${before} kB, then ${afterwards} kB`);
  assert.deepEqual(
    rest.filter((line) => line !== ""),
    ["test.localhost/kept"],
  );
});

test("a layer that can't fit is not even begun", async () => {
  registry.add(
    "huge",
    "latest",
    makeImage({ layers: [[{ path: "noise", content: randomBytes(20 << 20) }]] }),
  );
  registry.requests.length = 0;
  const { stdout, stderr } = await onSmallDisk(`"$0" pull -q test.localhost/huge; echo "code $?"`);
  assert.equal(stdout, "code 125\n");
  assert.match(stderr, /^Error: .*no space left on device[^\n]*\n$/);
  assert.deepEqual(
    registry.requests.filter((request) => request.includes("/blobs/")),
    [],
  );
});
