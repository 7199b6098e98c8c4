import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { busyboxLayer } from "../support/image.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

/*
 * Programs of old read the mounts from /etc/mtab (getmntent(3)), so a container has it where its image has
 * none.
 */
const outside = mkdtempSync(join(tmpdir(), "mtab-outside-"));
const busybox = busyboxLayer();
const world = await makeWorld({
  images: {
    busybox: { layers: [busybox.filter(({ path }) => path !== "etc/mtab")] },
    own: { layers: [[...busybox, { path: "etc/mtab", content: "the image's\n" }]] },
    noetc: { layers: [busybox.filter(({ path }) => !/^etc(?:\/|$)/.test(path))] },
    astray: {
      layers: [busybox.filter(({ path }) => !/^etc(?:\/|$)/.test(path)), [{ path: "etc", linkTo: outside }]],
    },
  },
});
after(async () => {
  rmSync(outside, { recursive: true });
  await world.close();
});
const { host } = world;
const named = (repository: string) => `test.localhost/${repository}:latest`;

describe("a container has /etc/mtab", () => {
  for (const [name, flags] of [
    ["as it is", []],
    ["with a read-only root filesystem", ["--read-only"]],
    ["with a user namespace of its own", ["--userns", "auto:size=4000"]],
    ["as another user", ["-u", "1234"]],
  ] as const)
    test(name, async () => {
      const script = "readlink /etc/mtab; stat -c %u:%g /etc/mtab; grep -c '^proc /proc ' /etc/mtab";
      assert.equal(
        await host.ok(["run", "--rm", ...flags, IMAGE, "sh", "-c", script]),
        "/proc/mounts\n0:0\n1",
      );
    });
});

test("the image's own stays", async () => {
  assert.equal(await host.ok(["run", "--rm", named("own"), "cat", "/etc/mtab"]), "the image's");
});

test("/etc is made where the image has none", async () => {
  assert.equal(
    await host.ok(["run", "--rm", named("noetc"), "stat", "-c", "%u:%g %a %N", "/etc", "/etc/mtab"]),
    "0:0 755 /etc\n0:0 777 '/etc/mtab' -> '/proc/mounts'",
  );
});

test("an /etc that is a symlink to a path of the host leads nowhere", async () => {
  await host.tspod(["run", "--rm", named("astray"), "true"]);
  assert.deepEqual(readdirSync(outside), []);
});

test("diff tells nothing of it, and a second start takes it as it is", async () => {
  await host.ok(["run", "--name", "twice", IMAGE, "true"]);
  assert.doesNotMatch(await host.ok(["diff", "twice"]), /mtab/);
  await host.ok(["start", "-a", "twice"]);
});

test("a directory that is given as root filesystem gets it, too", async () => {
  const given = join(host.directory, "given");
  mkdirSync(given);
  await host.ok(["create", "--name", "given", IMAGE]);
  await host.ok(["cp", "given:/", given]);
  assert.equal(
    await host.ok(["run", "--rm", "--network", "none", "--rootfs", given, "readlink", "/etc/mtab"]),
    "/proc/mounts",
  );
  assert.equal(readlinkSync(join(given, "etc/mtab")), "/proc/mounts");
});

test("a build's layer has none", async () => {
  await host.ok(["build", "-q", "-t", "localhost/built", "-"], { input: `FROM ${IMAGE}\nRUN true\n` });
  await host.ok(["create", "--name", "built", "localhost/built"]);
  assert.match((await host.tspod(["cp", "built:/etc/mtab", "-"])).stderr, /could not be found/);
});
