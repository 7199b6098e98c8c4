import assert from "node:assert/strict";
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { busyboxLayer } from "../support/image.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const LINKS = "test.localhost/links:latest";
const world = await makeWorld({
  images: {
    busybox: {},
    links: {
      layers: [
        [
          ...busyboxLayer(),
          { path: "dang", linkTo: "/nowhere" },
          { path: "up", linkTo: "../../elsewhere/deep" },
          { path: "twice", linkTo: "dang" },
          { path: "there", linkTo: "tmp" },
        ],
      ],
    },
  },
});
after(() => world.close());
const { host } = world;
const run = (flags: readonly string[], ...command: readonly string[]) =>
  host.ok(["run", "--rm", ...flags, IMAGE, ...command]);

async function refused(flags: readonly string[], message: string): Promise<void> {
  const result = await host.tspod(["create", ...flags, IMAGE, "true"]);
  assert.deepEqual(result, { code: 125, stdout: "", stderr: `Error: ${message}\n` });
}

describe("what would be without effect is refused", () => {
  const SHM = "invalid config provided: cannot set shmsize when running in the";
  const DNS = "conflicting options: dns and the network mode: container";
  for (const [flags, message] of [
    [["--shm-size", "10m", "--ipc", "host"], `${SHM} {host } IPC Namespace`],
    [["--shm-size", "10m", "--ipc", "none"], `${SHM} {none } IPC Namespace`],
    [
      ["--network", "container:other", "--add-host", "x:1.1.1.1"],
      "invalid config provided: cannot set extra host entries when the container is joined to another containers network namespace: invalid configuration",
    ],
    [["--network", "container:other", "--dns", "1.1.1.1"], DNS],
    [["--network", "container:other", "--dns-search", "a"], DNS],
    [["--network", "container:other", "--dns-option", "a"], DNS],
    [
      ["-v", "/tmp:/x:upperdir=/tmp/u"],
      'unknown mount option "upperdir=/tmp/u": invalid mount option (it needs the option O)',
    ],
    [["--mount", "type=bind,src=/tmp,dst=/x,volume-driver=local"], "volume-driver: invalid mount option"],
  ] as const)
    test(flags.join(" "), async () => {
      await host.tspod(["create", "--replace", "--name", "other", IMAGE, "true"]);
      await refused(flags, message);
    });
});

test("--security-opt proc-opts", async () => {
  const mounts = await run(["--security-opt", "proc-opts=hidepid=2"], "cat", "/proc/mounts");
  assert.match(mounts, /^proc \/proc proc \S*hidepid=(?:2|invisible)/m);
});

test("--mount: booleans, an empty name, an image that is written to", async () => {
  assert.equal(await run(["--mount", "type=bind,src=/tmp,dst=/x,U=false"], "echo", "x"), "x");
  assert.equal(await run(["--mount", "type=volume,src=,dst=/x"], "sh", "-c", "echo x >/x/f; cat /x/f"), "x");
  const image = `type=image,src=${IMAGE},dst=/x`;
  assert.equal(await run(["--mount", `${image},readwrite=true`], "sh", "-c", "echo x >/x/f; cat /x/f"), "x");
  const result = await host.tspod([
    "run",
    "--rm",
    "--mount",
    `${image},readwrite=false`,
    IMAGE,
    "touch",
    "/x/f",
  ]);
  assert.match(result.stderr, /Read-only file system/);
});

test("/run/.containerenv is left out where the user mounts /run, but for a tmpfs", async () => {
  const directory = join(host.directory, "own-run");
  mkdirSync(directory);
  assert.equal(await run(["-v", `${directory}:/run`], "ls", "-A", "/run"), "");
  assert.deepEqual(statSync(directory).isDirectory(), true);
  assert.equal(await run(["-v", "r:/run"], "ls", "-A", "/run"), "");
  assert.equal(await run(["-v", "/run:/run:ro"], "echo", "x"), "x");
  assert.equal(await run(["--tmpfs", "/run"], "ls", "-A", "/run"), ".containerenv");
  assert.equal(await run([], "ls", "-A", "/run"), ".containerenv");
});

describe("a mount on a symlink of the image that leads nowhere", () => {
  for (const [name, place] of [
    ["dang", "/nowhere"],
    ["up", "/elsewhere/deep"],
    ["twice", "/nowhere"],
    ["there", "/tmp"],
  ] as const)
    for (const flags of [
      ["--tmpfs", `/${name}`],
      ["-v", `/${name}`],
      ["--tmpfs", `/${name}/below`],
    ])
      test(flags.join(" "), async () => {
        const at = flags[1]?.replace(`/${name}`, place);
        const mounts = await host.ok(["run", "--rm", ...flags, LINKS, "cat", "/proc/mounts"]);
        assert.ok(
          mounts.split("\n").some((line) => line.split(" ")[1] === at),
          mounts,
        );
      });
});
