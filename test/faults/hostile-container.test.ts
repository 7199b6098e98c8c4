import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { startSwapper } from "../support/swapper.ts";
import { type TarEntry, tarArchive } from "../support/tar-archive.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

/*
 * A container that swaps names while tspod works on its files: what it can move must never lead to the host's
 * own files. The windows are made so wide (large files, many files) that whatever looks a name up a second
 * time loses.
 */

const world = await makeWorld();
after(() => world.close());
const { host } = world;
const at = (path: string) => join(host.directory, path);
const dataOf = (volume: string) => join(host.dataDirectory, "tspod/volumes", volume, "_data");

const PRIVATE = at("private");
const KEY = at("private/key");
/** Files in a directory, bytes of a file: copying so much takes long enough to be interrupted. */
const MANY = 600;
const LARGE = 24 * 1024 * 1024;

/** What the host has of its own, with what could have been done to it. */
function privateFiles(): string {
  return [PRIVATE, KEY]
    .map((path) => statSync(path))
    .map(({ mode, uid, mtimeMs }) => `${(mode & 0o7777).toString(8)} ${uid} ${mtimeMs}`)
    .join("; ");
}

before(async () => {
  mkdirSync(PRIVATE, { mode: 0o700 });
  writeFileSync(KEY, "secret\n", { mode: 0o600 });
  mkdirSync(at("big"));
  for (let i = 0; i < MANY; i++) writeFileSync(at(`big/${i}`), "x");
  chmodSync(at("big"), 0o777);
  writeFileSync(at("file"), Buffer.alloc(LARGE, "x"));
  chmodSync(at("file"), 0o4777);
  await host.ok(["run", "-d", "--name", "evil", "-v", "v:/d", "-v", "o:/o", IMAGE, "sleep", "1000"]);
  await host.ok(["cp", at("big"), "evil:/o/"]);
  await host.ok(["cp", at("file"), "evil:/o/"]);
});

/**
 * What was copied is swapped for a symlink to the host's files as soon as it is there, while its content is
 * still copied.
 */
async function race(
  { name, target }: { readonly name: string; readonly target: string },
  copy: () => Promise<unknown>,
): Promise<void> {
  chmodSync(PRIVATE, 0o700);
  chmodSync(KEY, 0o600);
  const unharmed = privateFiles();
  const directory = dataOf("v");
  await using swapper = await startSwapper({
    host,
    directory,
    name,
    manner: "once",
    decoy: { symlink: target },
  });
  for (let round = 0; round < 2; round++) {
    for (const each of readdirSync(directory)) rmSync(join(directory, each), { recursive: true });
    await copy(); // whether it says that something has gone wrong is its own affair
    assert.equal(privateFiles(), unharmed, `round ${round}`);
  }
  assert.ok((await swapper.stop()) > 0, "it was swapped");
}

describe("nobody chmods, chowns or dates the host's files", () => {
  const files: TarEntry[] = Array.from({ length: MANY }, (_, i) => ({ path: `big/${i}`, content: "x" }));
  const tar = tarArchive([{ path: "big/", mode: 0o777 }, ...files]);
  const fileTar = tarArchive([{ path: "file", mode: 0o4777, content: Buffer.alloc(LARGE, "x") }]);
  for (const [title, name, target, args, input] of [
    ["cp of a directory", "big", PRIVATE, ["cp", at("big"), "evil:/d/"], undefined],
    ["cp of a file", "file", KEY, ["cp", at("file"), "evil:/d/"], undefined],
    ["cp of a container's directory", "big", PRIVATE, ["cp", "evil:/o/big", "evil:/d/"], undefined],
    ["cp of a container's setuid file", "file", KEY, ["cp", "evil:/o/file", "evil:/d/"], undefined],
    ["cp of a tar", "big", PRIVATE, ["cp", "-", "evil:/d"], tar],
    ["cp of a tar with a file", "file", KEY, ["cp", "-", "evil:/d"], fileTar],
    ["volume import", "big", PRIVATE, ["volume", "import", "v", "-"], tar],
    ["volume import of a file", "file", KEY, ["volume", "import", "v", "-"], fileTar],
  ] as const)
    test(title, () => race({ name, target }, () => host.tspod(args, input === undefined ? {} : { input })));
});

describe("a subpath leads nowhere but into its volume or image", () => {
  const mount = (fields: string) => ["run", "--rm", "--mount", `${fields},dst=/x`, IMAGE];
  const inVolume = (subpath: string) => mount(`type=volume,src=s,subpath=${subpath}`);
  const inImage = (subpath: string) => mount(`type=image,src=${LINKS},subpath=${subpath}`);

  before(async () => {
    await host.ok(["run", "--rm", "-v", "s:/s", IMAGE, "sh", "-c", SUBPATHS]);
    await host.ok(["run", "--name", "links", IMAGE, "sh", "-c", SUBPATHS]);
    await host.ok(["commit", "-q", "links", LINKS]);
  });
  const SUBPATHS = `mkdir -p /s/sub/deep /s/real; cd /s; echo inside >sub/deep/key; echo inside >real/key
    ln -s ${PRIVATE} out; ln -s ../../../../../../../../..${PRIVATE} up; ln -s /proc/self/root${PRIVATE} magic
    ln -s real in; ln -s /real absolute; ln -s / root; ln -s sub/deep/key file; ln -s nowhere dangling`;
  const LINKS = "localhost/links";

  for (const [subpath, args, expected] of [
    ["sub/deep", ["cat", "/x/key"], "inside"],
    ["/sub/deep", ["cat", "/x/key"], "inside"],
    ["in", ["cat", "/x/key"], "inside"],
    ["absolute", ["cat", "/x/key"], "inside"],
    ["root/real", ["cat", "/x/key"], "inside"],
    ["file", ["cat", "/x"], "inside"],
  ] as const) {
    test(`volume: ${subpath}`, async () =>
      assert.equal(await host.ok([...inVolume(subpath), ...args]), expected));
    test(`image: ${subpath}`, async () => {
      const below = subpath.startsWith("/") ? `/s${subpath}` : `s/${subpath}`;
      const result = await host.tspod([...inImage(below), ...args]);
      const leadsOut = subpath === "absolute" || subpath === "root/real"; // its root is the image's here
      assert.deepEqual([result.code, result.stdout.trim()], leadsOut ? [126, ""] : [0, expected]);
    });
  }
  test("with ids of its own, written to, and after a restart", async () => {
    const args = ["--userns", "auto:size=2000", "--mount", "type=volume,src=s3,subpath=sub,dst=/x"];
    await host.ok(["run", "--rm", "-v", "s3:/x", IMAGE, "mkdir", "-m", "777", "/x/sub"]);
    await host.ok(["run", "--name", "written", ...args, IMAGE, "sh", "-c", "echo x >>/x/lines"]);
    await host.ok(["start", "-a", "written"]);
    assert.equal(await host.ok(["run", "--rm", "-v", "s3:/x", IMAGE, "cat", "/x/sub/lines"]), "x\nx");
  });
  test("cp goes by the same path while the container does not run", async () => {
    await host.ok(["create", "--name", "idle", ...inVolume("in").slice(2), "true"]);
    await host.ok(["cp", "idle:/x/key", at("copied")]);
    assert.equal(readFileSync(at("copied"), "utf8"), "inside\n");
    await host.ok(["create", "--name", "leads-out", ...inVolume("out").slice(2), "true"]);
    const result = await host.tspod(["cp", "leads-out:/x/key", at("stolen")]);
    assert.equal(result.code, 125);
    assert.ok(!existsSync(at("stolen")));
  });
  for (const subpath of ["out", "up", "magic", "dangling", "nowhere"])
    for (const [what, args] of [
      ["volume", inVolume(subpath)],
      ["image", inImage(`s/${subpath}`)],
    ] as const)
      test(`${what}: ${subpath} is not there`, async () => {
        const result = await host.tspod([...args, "cat", "/x/key"]);
        assert.deepEqual([result.code, result.stdout], [126, ""]);
        assert.match(
          result.stderr,
          /^Error: (?:volume|image) "[^"]+" has no "[^"]+": no such file or directory\n$/,
        );
      });
  for (const subpath of ["..", "../..", "sub/../..", "/..", `../../../../../..${PRIVATE}`])
    test(`${subpath} is refused`, async () => {
      for (const args of [inVolume(subpath), inImage(subpath)]) {
        const result = await host.tspod([...args, "cat", "/x/key"]);
        assert.deepEqual([result.code, result.stdout], [125, ""]);
        assert.match(result.stderr, /^Error: subpath "[^"]+" must not contain "\.\.": .*\n$/);
      }
    });
  test("swapped while containers start", async () => {
    await using swapper = await startSwapper({
      host,
      directory: dataOf("s"),
      name: "sub",
      manner: "always",
      decoy: { symlink: PRIVATE },
    });
    for (let round = 0; round < 10; round++) {
      const { stdout } = await host.tspod([...inVolume("sub"), "sh", "-c", "cat /x/key /x/deep/key; true"]);
      assert.ok(!stdout.includes("secret"), `round ${round}`);
    }
    assert.ok((await swapper.stop()) > 0, "it was swapped");
  });
});

test("an empty volume that is filled from an image while a container swaps its directories", async () => {
  // Whichever directory is copied first has the copy that the other's name is linked to.
  const many = `seq ${MANY} | xargs touch`;
  const script = `mkdir -p /s/a /s/b; (cd /s/a; ${many}); (cd /s/b; ${many}); echo x >/s/a/key; ln /s/a/key /s/b/key`;
  await host.ok(["run", "--name", "linked", IMAGE, "sh", "-c", script]);
  await host.ok(["commit", "-q", "linked", "localhost/linked"]);
  for (const name of ["a", "b"]) {
    await host.ok(["volume", "create", `l${name}`]);
    await using swapper = await startSwapper({
      host,
      directory: dataOf(`l${name}`),
      name,
      manner: "once",
      decoy: { symlink: PRIVATE },
    });
    await host.ok(["run", "--rm", "-v", `l${name}:/s`, "localhost/linked", "true"]);
    assert.equal(statSync(KEY).nlink, 1, `a name of the host's file in the volume, ${name} swapped`);
    assert.ok((await swapper.stop()) > 0, "it was swapped");
  }
});

test("a volume that is given to a user (:U) while a container swaps its directories", async () => {
  // Names that both have: each is given away a moment after its directory was looked at.
  const names = Array.from({ length: 300 }, (_, i) => `${i}`);
  for (const name of names) writeFileSync(join(PRIVATE, name), "mine");
  await host.ok([
    "run",
    "--rm",
    "-v",
    "u:/u",
    IMAGE,
    "sh",
    "-c",
    `mkdir /u/tree; cd /u/tree; touch ${names.join(" ")}`,
  ]);
  const owners = () => new Set(readdirSync(PRIVATE).map((name) => statSync(join(PRIVATE, name)).uid));
  const unharmed = owners();
  await using swapper = await startSwapper({
    host,
    directory: dataOf("u"),
    name: "tree",
    manner: "always",
    decoy: { symlink: PRIVATE },
  });
  for (let round = 0; round < 8; round++) {
    const result = await host.tspod([
      "run",
      "--rm",
      "-u",
      `${1010 + (round % 2)}`,
      "-v",
      "u:/u:U",
      IMAGE,
      "true",
    ]);
    assert.deepEqual(owners(), unharmed, `round ${round}`);
    assert.deepEqual([result.code, result.stderr], [0, ""]);
  }
  assert.ok((await swapper.stop()) > 0, "it was swapped");
});

describe("accounts of a container that makes its /etc a trap", () => {
  const start = (name: string, script: string) =>
    host.ok(["run", "-d", "--name", name, IMAGE, "sh", "-c", `${script}; sleep 1000`]);
  const quick = { timeoutMs: 60_000 };

  test("a passwd that is swapped with a fifo is not waited for", async () => {
    await start("fifo", "echo nobody:x:65534:65534::/:/bin/sh >/etc/passwd");
    const id = await host.ok(["inspect", "-f", "{{.Id}}", "fifo"]);
    await using swapper = await startSwapper({
      host,
      directory: join(host.dataDirectory, "tspod/containers", id, "upper/etc"),
      name: "passwd",
      manner: "always",
      decoy: "fifo",
    });
    for (let round = 0; round < 10; round++) {
      const result = await host.tspod(["exec", "-u", "nobody", "fifo", "true"], quick);
      assert.ok(result.code === 0 || result.code === 125, result.stderr);
      assert.equal((await host.tspod(["top", "fifo"], quick)).code, 0);
    }
    assert.ok((await swapper.stop()) > 0, "it was swapped");
  });
  test("one of 3 GiB is not read", async () => {
    await start("huge", "truncate -s 3G /etc/passwd");
    const result = await host.tspod(["exec", "-u", "nobody", "huge", "true"], quick);
    assert.equal(result.code, 125);
    assert.match(
      result.stderr,
      /^Error: .*unable to find user nobody: no matching entries in passwd file\n$/,
    );
    await host.ok(["exec", "-u", "7", "huge", "true"], quick);
    await host.ok(["top", "huge"], quick);
    await host.ok(["cp", at("big/0"), "huge:/tmp/"], quick);
  });
});

describe("what is written and read where a container can write", () => {
  const shared = at("shared");
  before(() => mkdirSync(shared));

  test("--log-opt path: neither a symlink nor a fifo becomes the log", async () => {
    const args = ["--log-opt", `path=${shared}/log`, "-v", `${shared}:/shared`, IMAGE];
    await host.ok(["run", "--name", "logged", ...args, "sh", "-c", `echo hi; cd /shared; ln -sf ${KEY} log`]);
    const again = await host.tspod(["start", "-a", "logged"]);
    assert.match(
      again.stderr,
      /^Error: .*log: \S+: too many (?:levels of symbolic links|symbolic links encountered)\n$/,
    );
    assert.equal(await host.ok(["logs", "logged"]), "");
    rmSync(join(shared, "log"));
    await host.ok(["start", "-a", "logged"]);
    await host.ok([
      "run",
      "--rm",
      "-v",
      `${shared}:/shared`,
      IMAGE,
      "sh",
      "-c",
      "cd /shared; rm log; mkfifo log",
    ]);
    assert.equal(await host.ok(["logs", "logged"], { timeoutMs: 60_000 }), "");
    assert.equal(readFileSync(KEY, "utf8"), "secret\n");
  });
  test("--log-opt max-size: the file beside it is made anew", async () => {
    writeFileSync(join(shared, "victim"), "mine");
    symlinkSync(join(shared, "victim"), join(shared, "small.new"));
    const log = [
      "--log-driver",
      "json-file",
      "--log-opt",
      `path=${shared}/small`,
      "--log-opt",
      "max-size=1k",
    ];
    await host.ok(["run", "--rm", ...log, IMAGE, "sh", "-c", "seq 1000"]);
    assert.equal(readFileSync(join(shared, "victim"), "utf8"), "mine");
  });
  test("--pidfile: a symlink in its place beside is not followed", async () => {
    writeFileSync(join(shared, "victim"), "mine");
    symlinkSync(join(shared, "victim"), join(shared, "pid.new"));
    await host.ok(["run", "--rm", "--pidfile", join(shared, "pid"), IMAGE, "true"]);
    assert.match(readFileSync(join(shared, "pid"), "utf8"), /^\d+\n?$/);
    assert.equal(readFileSync(join(shared, "victim"), "utf8"), "mine");
  });
  test("diff and ps --size of a container that swaps directories", async () => {
    await host.ok([
      "run",
      "-d",
      "--name",
      "swapping",
      IMAGE,
      "sh",
      "-c",
      "mkdir /tree; touch /tree/own; sleep 1000",
    ]);
    const id = await host.ok(["inspect", "-f", "{{.Id}}", "swapping"]);
    await using swapper = await startSwapper({
      host,
      directory: join(host.dataDirectory, "tspod/containers", id, "upper"),
      name: "tree",
      manner: "always",
      decoy: { symlink: PRIVATE },
    });
    for (let round = 0; round < 10; round++) {
      assert.doesNotMatch(await host.ok(["diff", "swapping"]), /\/tree\/key/);
      await host.ok(["ps", "--size"]);
    }
    assert.ok((await swapper.stop()) > 0, "it was swapped");
  });
});
