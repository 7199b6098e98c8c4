import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
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

describe("mounts of all containers (mounts.conf)", () => {
  const file = join(host.directory, "mounts.conf");
  const source = join(host.directory, "for-all");
  const cat = (path: string, ...flags: string[]) =>
    host.tspod(["run", "--rm", `--default-mounts-file=${file}`, ...flags, IMAGE, "cat", path]);

  test("no file, an empty one, and a source that is not there: nothing is said", async () => {
    for (const text of [undefined, "", "/nosuch/source\n# a comment\nrelative:/x\n"]) {
      if (text !== undefined) writeFileSync(file, text);
      assert.deepEqual(await cat("/dev/null"), { code: 0, stdout: "", stderr: "" });
    }
  });

  test("a directory and a file, as copies that are the container's own", async () => {
    mkdirSync(join(source, "deep"), { recursive: true });
    writeFileSync(join(source, "deep", "key"), "secret\n", { mode: 0o640 });
    writeFileSync(file, `${source}:/run/secrets\n${source}/deep/key\n`);
    assert.equal((await cat("/run/secrets/deep/key")).stdout, "secret\n");
    assert.equal((await cat(`${source}/deep/key`)).stdout, "secret\n");
    const script = "stat -c '%a %u:%g' /run/secrets/deep/key && echo changed >/run/secrets/deep/key";
    for (const flags of [[], ["--uidmap", "0:1:1000", "--gidmap", "0:1:1000"]]) {
      const all = ["run", "--rm", `--default-mounts-file=${file}`, ...flags, IMAGE, "sh", "-c", script];
      assert.deepEqual(await host.tspod(all), { code: 0, stdout: "640 0:0\n", stderr: "" });
    }
    assert.equal(readFileSync(join(source, "deep", "key"), "utf8"), "secret\n");
  });

  test("what can't be copied is left out, with a line that says so", async () => {
    const [pipe, circle] = [join(host.directory, "pipe"), join(host.directory, "circle")];
    execFileSync("mkfifo", [pipe]);
    mkdirSync(circle);
    symlinkSync(circle, join(circle, "again"));
    writeFileSync(file, `${pipe}:/a\n${circle}:/b\n`);
    const { code, stdout, stderr } = await cat("/dev/null");
    const line = (path: string, why: string) =>
      `WARN[0000] Failed to mount subscriptions, skipping entry in ${file}: ${path}: ${why}\n`;
    const lines =
      line(pipe, "it is no file and no directory") + line(circle, "too many levels of symbolic links");
    assert.deepEqual([code, stdout, stderr], [0, "", lines]);
  });

  test("a container that has made paths beyond PATH_MAX in its copy starts again", async () => {
    writeFileSync(file, `${source}:/deep\n`);
    const script = `a=/deep/a b=/deep/b
      for i in $(seq 30); do n=$(printf %0100d $i); a=$a/$n b=$b/$n; done
      mkdir -p $a $b && mv /deep/b $a/b && echo moved`;
    const all = ["run", "--name", "deep", `--default-mounts-file=${file}`, IMAGE, "sh", "-c", script];
    assert.equal(await host.ok(all), "moved");
    const { code, stdout, stderr } = await host.tspod([
      "start",
      `--default-mounts-file=${file}`,
      "-a",
      "deep",
    ]);
    assert.deepEqual([code, stdout, stderr], [0, "moved\n", ""]);
    await host.ok(["rm", "deep"]);
  });

  test("of two mounts on one place the user's counts; the file is found in the home", async () => {
    writeFileSync(file, `${source}/deep/key:/place\n`);
    const other = join(host.directory, "other");
    writeFileSync(other, "mine\n");
    assert.equal((await cat("/place", "-v", `${other}:/place`)).stdout, "mine\n");
    const home = join(host.directory, "home-of-mounts");
    mkdirSync(join(home, ".config/containers"), { recursive: true });
    writeFileSync(join(home, ".config/containers/mounts.conf"), `${source}/deep/key:/place\n`);
    const found = await host.ok(["run", "--rm", IMAGE, "cat", "/place"], { env: { HOME: home } });
    assert.equal(found, "secret");
  });
});
