import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;
const at = (path: string) => join(host.directory, path);

/** What a shell in the running container says, as root. */
const inside = (script: string) => host.ok(["exec", "-u", "0", "box", "sh", "-c", script]);

async function fails(args: readonly string[], message: RegExp, input?: Uint8Array): Promise<void> {
  const result = await host.tspod(args, input === undefined ? {} : { input });
  assert.equal(result.code, 125, `${args.join(" ")}: ${result.stdout}${result.stderr}`);
  assert.match(result.stderr, message);
}

before(async () => {
  mkdirSync(at("d/sub"), { recursive: true });
  writeFileSync(at("d/f1"), "one\n");
  writeFileSync(at("d/sub/f2"), "two\n");
  writeFileSync(at("f"), "file\n", { mode: 0o640 });
  symlinkSync("f", at("lf"));
  symlinkSync("nowhere", at("dangling"));
  await host.ok([
    "run",
    "-d",
    "--name",
    "box",
    "-u",
    "tester",
    "-v",
    "/vol",
    "--tmpfs",
    "/tt",
    IMAGE,
    "sleep",
    "1000",
  ]);
  await inside(
    "mkdir -p /x/y /full /full/d; echo c >/x/c; echo e >/x/y/e; chmod 4755 /x/c; mkfifo /x/fifo; ln /x/c /x/again; ln -s /x /lx; ln -s /etc/notes /lp; ln -s nowhere /dang",
  );
  await host.ok(["create", "--name", "still", "-v", "/vol", IMAGE, "true"]);
});

describe("into a running container", () => {
  for (const [args, script, expected] of [
    [["f", "box:/"], "stat -c '%a %u %g' /f; cat /f", "640 1000 1000\nfile"],
    [["f", "box:/new"], "cat /new", "file"],
    [["f", "box:/full"], "cat /full/f", "file"],
    [["lf", "box:/tmp/"], "ls -F /tmp", "lf"],
    [["d", "box:/nd"], "find /nd | sort", "/nd\n/nd/f1\n/nd/sub\n/nd/sub/f2"],
    [["d", "box:/nd"], "cat /nd/d/f1; stat -c '%u' /nd/d", "one\n1000"],
    [["d/.", "box:/contents"], "ls /contents", "f1\nsub"],
    [["d/.", "box:/x"], "ls /x; stat -c '%u' /x", "again\nc\nf1\nfifo\nsub\ny\n0"],
    [["f", "box:/lx"], "cat /x/f", "file"],
    [["f", "box:/lp"], "cat /etc/notes; ls -l /lp | cut -c1", "file\nl"],
    [["f", "box:/dang"], "cat /nowhere", "file"],
    [["f", "box:/vol"], "cat /vol/f", "file"],
    [["f", "box:/tt/"], "cat /tt/f", "file"],
    [["f", "box:relative"], "cat /relative", "file"],
    [["--archive=false", "f", "box:/mine"], "stat -c '%u' /mine", "0"],
    [["--overwrite", "f", "box:/full/d"], "ls /full/d", "f"],
  ] as const)
    test(args.join(" "), async () => {
      assert.equal(await host.ok(["cp", ...args]), "");
      assert.equal(await inside(script), expected);
    });

  for (const [args, message] of [
    [["f", "box:/nodir/"], /"\/nodir\/" could not be found on container box: no such file or directory/],
    [["f", "box:/nodir/x"], /"\/nodir\/x" could not be found on container box: no such file or directory/],
    [["f", "box:/x/c/"], /"\/x\/c\/" could not be found on container box: not a directory/],
    [["d", "box:/x/c"], /destination must be a directory when copying a directory/],
    [["nosuch", "box:/"], /"nosuch" could not be found on the host: no such file or directory/],
    [["dangling", "box:/"], /"dangling" could not be found on the host/],
    [["f", "box:"], /invalid arguments "f", "box:": you must specify paths/],
    [["", "box:/x"], /invalid arguments "", "box:\/x": you must specify paths/],
    [["box:/etc/notes", ""], /invalid arguments "box:\/etc\/notes", "": you must specify paths/],
    [["f", "nosuch:/"], /container "nosuch" does not exist/],
    [["f", "g"], /name or ID cannot be empty/],
    [["box:/f"], /accepts 2 arg\(s\), received 1/],
    [["box:/nosuch", "."], /"\/nosuch" could not be found on container box/],
    [["box:/x/c", "nodir/y"], /"nodir\/y" could not be found on the host/],
    [["box:/x", "f"], /destination must be a directory when copying a directory/],
  ] as const)
    test(`${args.join(" ")}: refused`, () => fails(["cp", ...args], message));

  test("a file does not take a directory's place unless told to", async () => {
    mkdirSync(at("over"));
    writeFileSync(at("over/sub"), "now a file\n");
    await host.ok(["cp", "d", "box:/target"]);
    await fails(
      ["cp", "over/.", "box:/target"],
      /cannot overwrite directory "sub" with a non-directory: use --overwrite/,
    );
    await host.ok(["cp", "--overwrite", "over/.", "box:/target"]);
    assert.equal(await inside("cat /target/sub"), "now a file");
  });
});

describe("out of containers", () => {
  test("what comes out belongs to the caller, with modes, links and pipes", async () => {
    await host.ok(["cp", "box:/x", "out"]);
    const status = statSync(at("out/c"));
    assert.equal(status.uid, process.getuid?.());
    assert.equal(status.mode & 0o7777, 0o4755);
    assert.equal(statSync(at("out/again")).ino, status.ino);
    assert.ok(lstatSync(at("out/fifo")).isFIFO());
    assert.equal(readFileSync(at("out/y/e"), "utf8"), "e\n");
    await host.ok(["cp", "box:/lx", "out"]);
    assert.ok(existsSync(at("out/x/y/e")));
    await host.ok(["cp", "box:/x/.", "out2"]);
    assert.ok(existsSync(at("out2/y/e")));
    await host.ok(["cp", "box:/proc/version", "version"]);
    assert.match(readFileSync(at("version"), "utf8"), /Linux/);
  });

  test("between containers, and into one that does not run, its volumes included", async () => {
    await host.ok(["cp", "box:/x", "still:/xx"]);
    await host.ok(["cp", "still:/xx/y/e", "still:/vol/"]);
    await host.ok(["cp", "still:/vol/e", "e"]);
    assert.equal(readFileSync(at("e"), "utf8"), "e\n");
    const mount = await host.ok(["inspect", "--format", "{{range .Mounts}}{{.Source}}{{end}}", "still"]);
    assert.equal(readFileSync(join(mount, "e"), "utf8"), "e\n");
    assert.match(await host.ok(["diff", "still"]), /^A \/xx$/m);
  });
});

describe("tar streams", () => {
  const list = (tar: Uint8Array) =>
    execFileSync("tar", ["-t"], { input: tar, encoding: "utf8" }).trim().split("\n");

  test("out", async () => {
    const tarOf = (path: string) => {
      return execFileSync(process.env.TSPOD_TEST_PROGRAM ?? "dist/bin/tspod", ["cp", path, "-"], {
        env: host.env,
      });
    };
    assert.deepEqual(list(tarOf("box:/nd/d")), ["d/", "d/f1", "d/sub/", "d/sub/f2"]);
    assert.deepEqual(list(tarOf("box:/nd/d/.")), ["f1", "sub/", "sub/f2"]);
    assert.deepEqual(list(tarOf("box:/f")), ["f"]);
  });

  test("in, plain and compressed, with the container's owner or the tar's", async () => {
    for (const flag of ["-c", "-cz"]) {
      const tar = execFileSync("tar", [flag, "--owner=5", "--group=6", "d", "f"], { cwd: host.directory });
      await inside("rm -rf /in; mkdir /in");
      assert.equal((await host.tspod(["cp", "-", "box:/in"], { input: tar })).stderr, "");
      assert.equal(await inside("cat /in/d/sub/f2; stat -c '%u %g' /in/f"), "two\n1000 1000");
      await host.tspod(["cp", "--archive=false", "-", "box:/in"], { input: tar });
      assert.equal(await inside("stat -c '%u %g' /in/f /in/d"), "5 6\n5 6");
    }
    for (const noTar of [Buffer.from("no tar".repeat(200)), Buffer.alloc(0)])
      await fails(
        ["cp", "-", "box:/in"],
        /source must be a \(compressed\) tar archive when copying from stdin/,
        noTar,
      );
    await fails(
      ["cp", "-", "box:/nodir"],
      /destination must be a directory when copying from stdin/,
      Buffer.alloc(1024),
    );
  });
});

test("a container's symlinks lead nowhere but into itself", async () => {
  mkdirSync(at("secret"));
  writeFileSync(at("secret/file"), "host\n");
  await inside(
    `ln -s ${host.directory}/secret /absolute; ln -s ../../../../../../../..${host.directory}/secret /relative-link; ln -s /proc/1/root${host.directory}/secret /magic; mkdir -p /trap; ln -s ${host.directory}/secret /trap/d`,
  );
  for (const link of ["absolute", "relative-link", "magic"]) {
    await fails(["cp", "f", `box:/${link}/file`], /could not be found on container box/);
    await fails(["cp", `box:/${link}/file`, "stolen"], /could not be found on container box/);
  }
  // What is copied under a symlink's name takes its place.
  await fails(["cp", "d", "box:/trap"], /cannot overwrite non-directory "d" with a directory/);
  const tar = execFileSync("tar", ["-c", "d/f1"], { cwd: host.directory });
  await host.tspod(["cp", "-", "box:/trap"], { input: tar });
  assert.ok(!existsSync(at("secret/f1")));
  assert.equal(readFileSync(at("secret/file"), "utf8"), "host\n");
  assert.ok(!existsSync(at("stolen")));
});

describe("export", () => {
  for (const [name, state] of [
    ["box", "running"],
    ["still", "created"],
  ] as const)
    test(`${state}: the image's files and its own, without mounts`, async () => {
      await host.ok(["export", "--output", `${name}.tar`, name]);
      const listing = execFileSync("tar", ["-tvf", at(`${name}.tar`)], { encoding: "utf8" });
      assert.match(listing, / bin\/\[$/m);
      assert.match(listing, / bin\/busybox link to bin\/\[$/m);
      assert.match(listing, name === "box" ? / nd\/d\/f1$/m : / xx\/y\/e$/m);
      assert.doesNotMatch(listing, / (?:vol|proc)\/\w/);
    });

  test("files that come and go meanwhile are in it or not", async () => {
    const script =
      "mkdir /w; cd /w; while true; do for i in 1 2 3 4 5 6 7 8 9; do echo $i >f$i; ln -sf f$i l$i; done; rm f* l*; done";
    await host.ok(["run", "-d", "--name", "busy", "--network", "none", IMAGE, "sh", "-c", script]);
    for (let round = 0; round < 10; round++) {
      for (const args of [
        ["export", "-o", "busy.tar", "busy"],
        ["cp", "busy:/w", "-"],
      ])
        assert.equal((await host.tspod(args)).stderr, "", args.join(" "));
      execFileSync("tar", ["-tf", at("busy.tar")]);
    }
    await host.ok(["rm", "-f", "-t", "0", "busy"]);
  });

  test("refused without such a container", () =>
    fails(["export", "nosuch"], /no container with name or ID "nosuch" found/));
});

describe("what one copy meets on its way", () => {
  test("a directory that is copied into itself is copied once", async () => {
    await inside("mkdir -p /self/sub; echo 1 >/self/one");
    await host.ok(["cp", "box:/self", "box:/self/sub/new"]);
    assert.equal(
      await inside("cd /self && find . | sort"),
      ".\n./one\n./sub\n./sub/new\n./sub/new/one\n./sub/new/sub",
    );
  });

  test("names of one file whose copies are on two mounts", async () => {
    await host.ok(["create", "--name", "mounted", "-v", "/names/vol", IMAGE, "true"]);
    await inside("mkdir -p /names/vol; echo same >/names/a; ln /names/a /names/vol/b");
    await host.ok(["cp", "box:/names/.", "mounted:/names"]);
    await host.ok(["cp", "mounted:/names/.", "box:/again-named"]);
    await host.ok(["cp", "mounted:/names/vol", "box:/again-named"]);
    assert.equal(await inside("cat /again-named/a /again-named/vol/b"), "same\nsame");
    await host.ok(["rm", "-v", "mounted"]);
  });

  test("a file of /proc as a tar has its content", async () => {
    const listing = await world.host.tspod(["cp", "box:/proc/sys/kernel/ostype", "-"]);
    assert.equal(listing.code, 0, listing.stderr);
    assert.match(listing.stdout, /Linux\n/);
  });
});

describe("relative paths of a container begin at its working directory", () => {
  before(async () => {
    await host.ok(["run", "-d", "--name", "home", "-w", "/tmp", IMAGE, "sleep", "1000"]);
    await host.ok(["exec", "home", "sh", "-c", "mkdir sub; echo in >wf; echo in >sub/wf; echo up >/x"]);
    await host.ok(["create", "--name", "never", "-w", "/tmp", IMAGE, "true"]);
    await host.ok(["run", "--name", "ended", "-w", "/etc", IMAGE, "sh", "-c", "echo q >q"]);
  });
  const list = (path: string) => host.ok(["exec", "home", "ls", path]);

  for (const [destination, path] of [
    [".", "/tmp/f"],
    ["sub", "/tmp/sub/f"],
    ["./sub/", "/tmp/sub/f"],
    ["new", "/tmp/new"],
    ["../beside", "/beside"],
    ["/abs", "/abs"],
  ] as const)
    test(`f home:${destination}`, async () => {
      await host.ok(["cp", "f", `home:${destination}`]);
      assert.equal(await host.ok(["exec", "home", "cat", path]), "file");
    });
  test("d/. home:sub", async () => {
    await host.ok(["cp", "d/.", "home:sub"]);
    assert.match(await list("/tmp/sub"), /^f1$/m);
  });
  for (const [source, out, content] of [
    ["home:wf", "out-wf", "in\n"],
    ["home:sub/wf", "out-sub", "in\n"],
    ["home:../x", "out-x", "up\n"],
    ["ended:q", "out-q", "q\n"],
    ["never:notes", "out-notes", undefined],
  ] as const)
    test(source, async () => {
      if (content === undefined)
        return fails(
          ["cp", source, out],
          /^Error: "notes" could not be found on container never: no such file or directory\n$/,
        );
      await host.ok(["cp", source, out]);
      assert.equal(readFileSync(at(out), "utf8"), content);
    });
  test("home:sub/. and home:.", async () => {
    mkdirSync(at("out-contents"));
    await host.ok(["cp", "home:sub/.", "out-contents"]);
    assert.ok(existsSync(at("out-contents/wf")));
    await host.ok(["cp", "home:.", "out-dot"]);
    assert.ok(existsSync(at("out-dot/sub/wf")) && !existsSync(at("out-dot/etc")));
  });
  test("from container to container, and as tars", async () => {
    await host.ok(["cp", "home:wf", "ended:."]);
    await host.ok(["cp", "ended:/etc/wf", "out-other"]);
    assert.equal(readFileSync(at("out-other"), "utf8"), "in\n");
    const tar = execFileSync("tar", ["-C", at("d"), "-c", "f1"]);
    await host.ok(["cp", "-", "home:sub"], { input: tar });
    assert.match(await list("/tmp/sub"), /^f1$/m);
    const { stdout } = await host.tspod(["cp", "home:sub", "-"]);
    assert.match(stdout, /^sub\//);
  });
});

describe("what is no file of anybody's", () => {
  test("a device or a socket that is named is an error", async () => {
    await fails(
      ["cp", "box:/dev/zero", "."],
      /^Error: "\/dev\/zero" on container box is a device or a socket: only files/,
    );
    await fails(
      ["cp", "/dev/null", "box:/tmp/"],
      /^Error: "\/dev\/null" on the host is a device or a socket/,
    );
    await fails(["cp", "box:/dev/zero", "box:/tmp/"], /is a device or a socket/);
    await fails(
      ["cp", "f", "box:/dev/zero"],
      /^Error: invalid destination: "\/dev\/zero" must be a directory or a regular file\n$/,
    );
    assert.ok(!existsSync(at("zero")));
  });
  test("in a directory it is left out", async () => {
    await host.ok(["cp", "box:/dev", "out-dev"]);
    assert.ok(existsSync(at("out-dev/pts")) && !existsSync(at("out-dev/zero")));
  });
  test("all files of a running container: proc, sys and dev are empty", async () => {
    await host.ok(["cp", "box:/", "out-root"]);
    assert.ok(existsSync(at("out-root/etc/notes")));
    for (const name of ["proc", "sys", "dev"])
      assert.deepEqual(readdirSync(at(`out-root/${name}`)), [], name);
    await host.ok(["cp", "box:/.", "out-all"]);
    assert.deepEqual(readdirSync(at("out-all/proc")), []);
    const archive = execFileSync(host.program, ["cp", "box:/", "-"], { env: host.env, maxBuffer: 2 ** 28 });
    const names = execFileSync("tar", ["-t"], { input: archive, encoding: "utf8" });
    assert.match(names, /^proc\/$/m);
    assert.doesNotMatch(names, /^(?:proc|sys|dev)\/./m);
    execFileSync("chmod", ["-R", "u+w", at("out-root"), at("out-all")]); // so that they can be deleted
  });
  test("a pipe by its link in /dev is no destination, nor a source", () => {
    for (const [args, message] of [
      [
        "cp box:/etc/notes /dev/stdout | cat",
        'invalid destination: "/dev/stdout" must be a directory or a regular file',
      ],
      [
        "cp box:/etc/notes /dev/fd/1 | cat",
        'invalid destination: "/dev/fd/1" must be a directory or a regular file',
      ],
      ["cp /dev/stdin box:/tmp/x </dev/null", '"/dev/stdin" on the host is a device or a socket'],
    ] as const) {
      const result = spawnSync("sh", ["-c", `{ "$0" ${args}; } 2>&1`, host.program], {
        env: host.env,
        encoding: "utf8",
        cwd: host.directory,
      });
      assert.ok(result.stdout.startsWith(`Error: ${message}`), result.stdout);
      assert.doesNotMatch(result.stdout, /proc\/self/);
    }
    assert.equal(
      execFileSync("sh", ["-c", `"$0" cp box:/etc/notes /dev/stdout >whole && cat whole`, host.program], {
        env: host.env,
        encoding: "utf8",
        cwd: host.directory,
      }),
      "file\n",
    );
  });
});

describe("a container that has never been started", () => {
  before(async () => {
    mkdirSync(at("bound"));
    writeFileSync(at("bound/b"), "bound\n");
    for (const name of ["va", "vb"]) await host.ok(["volume", "create", name]);
    const mounts = [
      "-v",
      "va:/aa",
      "-v",
      "vb:/aa/bb",
      "-v",
      `${at("bound")}:/new/x`,
      "-v",
      `${at("bound")}:/ro:ro`,
    ];
    await host.ok(["create", "--name", "fresh", ...mounts, IMAGE, "sh", "-c", "cat /aa/f /aa/bb/f1"]);
  });
  const unchanged = async () => assert.equal(await host.ok(["diff", "fresh"]), "");

  test("is not changed by reading", async () => {
    await host.ok(["cp", "fresh:/etc/group", "out-group"]);
    await host.ok(["cp", "fresh:/new/x/b", "out-b"]);
    assert.equal(readFileSync(at("out-b"), "utf8"), "bound\n");
    await host.ok(["cp", "fresh:/new/x", "out-new"]);
    assert.deepEqual(readdirSync(at("out-new")), ["b"]);
    mkdirSync(at("out-into"));
    await host.ok(["cp", "fresh:/new/x", "out-into"]);
    assert.deepEqual(readdirSync(at("out-into")), ["x"]);
    await unchanged();
    assert.deepEqual(readdirSync(join(host.dataDirectory, "tspod/volumes/va/_data")), []);
  });
  test("takes files into its volumes", async () => {
    await host.ok(["cp", "f", "fresh:/aa/"]);
    await host.ok(["cp", "d/f1", "fresh:/aa/bb/"]);
    await unchanged();
    await fails(["cp", "f", "fresh:/ro/"], /^Error: copying to "\/ro\/": read-only file system\n$/);
    assert.ok(!existsSync(at("bound/f")));
    assert.equal(await host.ok(["start", "-a", "fresh"]), "file\none");
  });
});

test("--pause and --extract are taken, without effect", async () => {
  await host.ok(["cp", "--pause", "--extract", "f", "box:/tmp/hidden"]);
  await host.ok(["cp", "--pause=false", "box:/tmp/hidden", "out-hidden"]);
  assert.equal(readFileSync(at("out-hidden"), "utf8"), "file\n");
});
