import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { TSPOD, until } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld({
  images: { busybox: {}, declares: { config: { Volumes: { "/var/data": {} } } } },
});
after(() => world.close());
const { host } = world;
const run = (flags: readonly string[], script: string) =>
  host.tspod(["run", "--rm", ...flags, IMAGE, "sh", "-c", script]);
const source = join(host.directory, "source");
mkdirSync(source);
writeFileSync(join(source, "file"), "from the host\n");

describe("bind mounts", () => {
  for (const [name, flags, script, expected] of [
    ["-v reads", ["-v", `${source}:/data`], "cat /data/file", "from the host\n"],
    [
      "-v :ro refuses writing",
      ["-v", `${source}:/data:ro`],
      "touch /data/x 2>/dev/null || echo refused",
      "refused\n",
    ],
    [
      "--mount type=bind",
      ["--mount", `type=bind,source=${source},target=/data,readonly`],
      "cat /data/file; touch /data/x 2>/dev/null || echo refused",
      "from the host\nrefused\n",
    ],
    ["a single file", ["-v", `${source}/file:/etc/config`], "cat /etc/config", "from the host\n"],
    ["a relative source", ["-v", "./source:/data"], "cat /data/file", "from the host\n"],
    ["a target that isn't there is made", ["-v", `${source}:/a/b/c`], "cat /a/b/c/file", "from the host\n"],
    [
      "nested: the outer first, whatever the order",
      ["-v", `${source}:/a/inner`, "--tmpfs", "/a"],
      "ls /a",
      "inner\n",
    ],
  ] as const) {
    test(name, async () =>
      assert.deepEqual(await run(flags, script), { code: 0, stdout: expected, stderr: "" }),
    );
  }

  test("what the container's root writes is the user's own", async () => {
    await run(["-v", `${source}:/data`], "echo written > /data/out");
    assert.equal(readFileSync(join(source, "out"), "utf8"), "written\n");
    assert.equal(statSync(join(source, "out")).uid, process.getuid?.());
  });
});

describe("named volumes", () => {
  test("are made when they are first used, keep what was written, and are listed", async () => {
    await run(["-v", "kept:/kept"], "echo content > /kept/file");
    assert.equal((await run(["-v", "kept:/kept"], "cat /kept/file")).stdout, "content\n");
    assert.equal(await host.ok(["volume", "ls", "-q"]), "kept");
    assert.equal(await host.ok(["volume", "ls"]), "DRIVER      VOLUME NAME\nlocal       kept");
  });

  test("an empty one gets what the image has there", async () => {
    assert.equal(
      (await run(["-v", "seeded:/var/data"], "cat /var/data/seed; stat -c %u:%g:%a /var/data")).stdout,
      "from the image\n0:0:755\n",
    );
    assert.equal((await run(["-v", "bare:/var/data:nocopy"], "ls /var/data")).stdout, "");
  });

  test("create, inspect, rm", async () => {
    assert.equal(await host.ok(["volume", "create", "--label", "k=v", "made"]), "made");
    const [volume] = JSON.parse(await host.ok(["volume", "inspect", "made"]));
    assert.deepEqual(
      [volume.Name, volume.Driver, volume.Labels, volume.Scope],
      ["made", "local", { k: "v" }, "local"],
    );
    assert.ok(existsSync(volume.Mountpoint));
    await host.ok(["run", "--rm", "-v", "made:/m", IMAGE, "true"]);
    const template = "{{.NeedsCopyUp}} {{.NeedsChown}} {{.UID}} {{.Anonymous}}";
    assert.equal(await host.ok(["volume", "inspect", "--format", template, "made"]), "true false 0 false");
    assert.equal(await host.ok(["volume", "rm", "made"]), "made");
    assert.equal(existsSync(volume.Mountpoint), false);
  });

  for (const [name, args, code, message] of [
    [
      "create: the name is taken",
      ["volume", "create", "kept"],
      125,
      /^Error: volume with name kept already exists: volume already exists\n$/,
    ],
    [
      "rm: unknown",
      ["volume", "rm", "nosuch"],
      1,
      /^Error: no volume with name "nosuch" found: no such volume\n$/,
    ],
    ["inspect: unknown", ["volume", "inspect", "nosuch"], 125, /^Error: .*no such volume/],
    ["create: a bad name", ["volume", "create", "no/slash"], 125, /^Error: .*names must match/],
  ] as const) {
    test(name, async () => {
      const result = await host.tspod(args);
      assert.equal(result.code, code, result.stderr);
      assert.match(result.stderr, message);
    });
  }

  test("rm: in use", async () => {
    await host.ok(["create", "--name", "user", "-v", "used:/data", IMAGE, "true"]);
    const result = await host.tspod(["volume", "rm", "used"]);
    assert.equal(result.code, 2);
    assert.match(
      result.stderr,
      /^Error: volume used is being used by the following container\(s\): [0-9a-f]{64}: volume is being used\n$/,
    );
    await host.ok(["rm", "user"]);
    await host.ok(["volume", "rm", "used"]);
  });
});

describe("anonymous volumes", () => {
  test("of the image, or -v DESTINATION: gone with --rm", async () => {
    const before = await host.ok(["volume", "ls", "-q"]);
    assert.equal(
      await host.ok([
        "run",
        "--rm",
        "-v",
        "/anonymous",
        "test.localhost/declares",
        "sh",
        "-c",
        "cat /var/data/seed; touch /anonymous/x",
      ]),
      "from the image",
    );
    assert.equal(await host.ok(["volume", "ls", "-q"]), before);
  });

  test("rm -v removes them, rm alone keeps them", async () => {
    const before = (await host.ok(["volume", "ls", "-q"])).split("\n").length;
    await host.ok(["run", "--name", "a", "-v", "/x", IMAGE, "true"]);
    await host.ok(["rm", "-v", "a"]);
    assert.equal((await host.ok(["volume", "ls", "-q"])).split("\n").length, before);
  });
});

describe("--mount", () => {
  test("type=image: another image's files, read-only or for this run only, in any user namespace", async () => {
    const image = `type=image,src=${IMAGE},dst=/image`;
    const see = "ls -d /image/bin; touch /image/x 2>/dev/null || echo refused";
    assert.equal((await run(["--mount", image], see)).stdout, "/image/bin\nrefused\n");
    const write = "echo new > /image/x; cat /image/x; stat -c %u /image/bin";
    assert.equal((await run(["--mount", `${image},rw=true`], write)).stdout, "new\n0\n");
    const kept = ["--userns", "keep-id", "--mount", `${image},rw=true`];
    assert.equal((await run(kept, "stat -c %u /image/bin")).stdout, "0\n");
    assert.deepEqual(await run(["--mount", "type=image,src=nosuch,dst=/i"], "true"), {
      code: 125,
      stdout: "",
      stderr: 'Error: creating image volume "nosuch":"/i": nosuch: image not known\n',
    });
  });

  test("type=glob: all that a pattern names", async () => {
    for (const name of ["g1", "g2", "other"]) writeFileSync(join(source, name), "");
    const mount = (pattern: string) => ["--mount", `type=glob,src=${source}/${pattern},dst=/all`];
    assert.equal((await run(mount("g*"), "ls /all")).stdout, "g1\ng2\n");
    assert.equal((await run(mount("none*"), "true")).code, 125);
  });
});

test("--rootfs: a directory in place of an image, which has to be there", async () => {
  assert.deepEqual(await host.tspod(["run", "--rm", "--rootfs", "/nosuch", "true"]), {
    code: 125,
    stdout: "",
    stderr: "Error: running container create option: faccessat /nosuch: no such file or directory\n",
  });
});

test("--chrootdirs: hosts and resolv.conf there too", async () => {
  assert.equal(
    (await run(["--chrootdirs", "/var/x", "--chrootdirs", "/srv"], "ls /var/x/etc /srv/etc")).stdout,
    "/srv/etc:\nhosts\nresolv.conf\n\n/var/x/etc:\nhosts\nresolv.conf\n",
  );
});

describe("volume create --opt: what mount(8) is to mount", () => {
  const create = (name: string, ...options: string[]) =>
    host.ok(["volume", "create", ...options.flatMap((option) => ["--opt", option]), name]);

  test("type=tmpfs: size and owner; all that use it at one time see the same, then it is gone", async () => {
    await create("memory", "type=tmpfs", "device=tmpfs", "o=size=2m,uid=7,nodev");
    await host.ok(["run", "-d", "--name", "first", "-v", "memory:/m", IMAGE, "sleep", "1000"]);
    await host.ok(["exec", "first", "sh", "-c", "echo shared >/m/file"]);
    const script =
      "cat /m/file; stat -c %u /m; df -k /m | tail -1 | awk '{ print $1, $2 }'; echo more >/m/second";
    assert.equal((await run(["-v", "memory:/m:ro"], "cat /m/file")).stdout, "shared\n");
    assert.deepEqual(await run(["-v", "memory:/m"], script), {
      code: 0,
      stdout: "shared\n7\ntmpfs 2048\n",
      stderr: "",
    });
    assert.equal(await host.ok(["exec", "first", "cat", "/m/second"]), "more");
    await host.ok(["restart", "-t", "0", "first"]);
    assert.equal(await host.ok(["exec", "first", "ls", "/m"]), "");
    await host.ok(["rm", "-f", "-t", "0", "first"]);
    assert.deepEqual(
      JSON.parse(await host.ok(["volume", "inspect", "memory"]))
        .map((each: object) => ({ ...each }))
        .map(({ Options, UID }: { Options: object; UID: number }) => [Options, UID]),
      [[{ type: "tmpfs", device: "tmpfs", o: "size=2m,uid=7,nodev", SIZE: "2m", UID: "7" }, 7]],
    );
  });

  test("ten that start at once have one tmpfs", async () => {
    await create("common", "type=tmpfs");
    const numbers = Array.from({ length: 10 }, (_, index) => String(index));
    const start = (number: string) =>
      host.ok([
        "run",
        "-d",
        "--name",
        `n${number}`,
        "-v",
        "common:/m",
        IMAGE,
        "sh",
        "-c",
        `touch /m/${number}; sleep 1000`,
      ]);
    await Promise.all(numbers.map(start));
    await until(
      async () => (await host.ok(["exec", "n0", "ls", "/m"])).split("\n").length === 10,
      "ten files",
    );
    await host.ok(["rm", "-f", "-t", "0", ...numbers.map((number) => `n${number}`)]);
  });

  for (const [name, options] of [
    ["type=bind", ["type=bind", `device=${source}`]],
    ["o=bind", ["o=bind", `device=${source}`]],
    ["type=none, o=bind", ["type=none", "o=bind", `device=${source}`]],
  ] as const)
    test(`${name}: a directory of the host, which volume rm leaves alone, in unshare too`, async () => {
      await create("directory", ...options);
      assert.equal((await run(["-v", "directory:/d"], "cat /d/file")).stdout, "from the host\n");
      const script = `cat "$("${TSPOD}" volume mount directory)/file" && "${TSPOD}" volume rm directory`;
      assert.equal(await host.ok(["unshare", "sh", "-c", script]), "from the host\ndirectory");
      assert.equal(readFileSync(join(source, "file"), "utf8"), "from the host\n");
    });

  test("the image's content is copied at the first use, except with nocopy", async () => {
    await create("seeds", "type=tmpfs");
    assert.equal((await run(["-v", "seeds:/var/data"], "cat /var/data/seed")).stdout, "from the image\n");
    await create("unseeded", "type=tmpfs", "nocopy");
    assert.equal((await run(["-v", "unseeded:/var/data"], "ls /var/data")).stdout, "");
  });

  test("o=uid,gid alone: a directory of that owner", async () => {
    await create("owned", "o=uid=5,gid=6");
    assert.equal(
      (await run(["-v", "owned:/var/data"], "stat -c %u:%g /var/data; ls /var/data")).stdout,
      "5:6\nseed\n",
    );
  });

  test("--uid and --gid: a directory of that owner, which no first use changes", async () => {
    await host.ok(["volume", "create", "--uid", "1000", "--gid", "7", "given"]);
    const format = "{{.UID}} {{.GID}} {{.NeedsChown}}";
    assert.equal(await host.ok(["volume", "inspect", "--format", format, "given"]), "1000 7 false");
    assert.equal((await run(["-u", "5", "-v", "given:/fresh"], "stat -c %u:%g /fresh")).stdout, "1000:7\n");
    await host.ok(["volume", "create", "--uid", "5", "--opt", "o=uid=6,gid=8", "mixed"]);
    assert.equal(await host.ok(["volume", "inspect", "--format", format, "mixed"]), "5 8 false");
    assert.equal((await host.tspod(["volume", "create", "--uid", "x", "bad"])).code, 125);
  });

  test("volume mount and unmount, in unshare: the mount of a container that runs, or a new one", async () => {
    const { code, stderr } = await host.tspod(["volume", "mount", "memory"]);
    assert.deepEqual(
      [code, stderr],
      [
        125,
        'Error: cannot run command "tspod volume mount" in rootless mode, must execute `tspod unshare` first\n',
      ],
    );
    await host.ok([
      "run",
      "-d",
      "--name",
      "user",
      "-v",
      "memory:/m",
      IMAGE,
      "sh",
      "-c",
      "echo seen >/m/file; sleep 1000",
    ]);
    await until(async () => (await host.ok(["exec", "user", "ls", "/m"])) === "file", "the file");
    const look = `m=$("${TSPOD}" volume mount memory); cat "$m/file"; "${TSPOD}" volume unmount memory; ls "$m"`;
    assert.equal(await host.ok(["unshare", "sh", "-c", look]), "seen\nmemory");
    await host.ok(["cp", "user:/m/file", join(host.directory, "copied")]);
    await host.ok(["rm", "-f", "-t", "0", "user"]);
    assert.equal(await host.ok(["unshare", "sh", "-c", `ls "$("${TSPOD}" volume mount memory)"`]), "");
  });

  for (const [name, options, message] of [
    [
      "a device that is not there",
      ["type=bind", "device=/no/such"],
      /^Error: invalid volume option device for driver 'local': faccessat \/no\/such: no such file or directory\n$/,
    ],
    [
      "an unknown key",
      ["nosuch=1"],
      /^Error: invalid mount option nosuch for driver 'local': invalid argument\n$/,
    ],
    [
      "a device that would depend on where a container is started",
      ["type=bind", "device=here"],
      /^Error: invalid volume option device for driver 'local': "here": type=bind needs --opt device=PATH, an absolute path\n$/,
    ],
    [
      "a uid that there can't be",
      ["o=uid=4294967295"],
      /^Error: uid option 4294967295: must not be more than 4294967294\n$/,
    ],
    [
      "a uid that this user doesn't have",
      ["o=uid=4294967294"],
      /^Error: giving the volume to 4294967294:0: your user namespace does not have that user or group: see "tspod info" for its id maps\n$/,
    ],
    ["a uid that is no number", ["o=uid=x"], /^Error: cannot convert UID x to integer: /],
    [
      "the size of a directory",
      ["o=size=5m"],
      /^Error: volume options size and inodes not supported\. Filesystem does not support Project Quota\n$/,
    ],
    ["a timeout", ["o=timeout=3"], /^Error: running volume create option: Volume driver timeout /],
    [
      "size as a key",
      ["type=tmpfs", "size=5m"],
      /^Error: volume option size belongs into "o": --opt o=size=5m\n$/,
    ],
  ] as const)
    test(`refused: ${name}`, async () => {
      const result = await host.tspod([
        "volume",
        "create",
        ...options.flatMap((option) => ["--opt", option]),
        "refused",
      ]);
      assert.equal(result.code, 125);
      assert.match(result.stderr, message);
      assert.equal((await host.tspod(["volume", "exists", "refused"])).code, 1);
    });

  test("what the kernel does not mount for a user: mount's words, and nothing is left", async () => {
    await create("disk", "type=ext4", "device=/dev/nosuch");
    const { code, stderr } = await host.tspod(["run", "--name", "diskless", "-v", "disk:/d", IMAGE, "true"]);
    assert.equal(code, 126);
    assert.match(stderr, /^Error: mounting volume disk for container [0-9a-f]{64}: mount: [^\n]+\n$/);
    assert.equal(
      await host.ok(["ps", "-a", "--format", "{{.Names}} {{.Status}}", "--filter", "name=diskless"]),
      "diskless Created",
    );
    await host.ok(["rm", "diskless"]);
    await host.ok(["volume", "rm", "disk"]);
  });
});

describe("events of volumes", () => {
  const told = async (since: string) =>
    (
      await host.ok([
        "events",
        "--stream=false",
        "--since",
        since,
        "--filter",
        "type=volume",
        "--format",
        "{{.Status}} {{.Name}}",
      ])
    )
      .split("\n")
      .filter((line) => line !== "");
  const now = () => String(Date.now() / 1000);

  test("one for each that is made or removed, whichever command does it", async () => {
    const since = now();
    await host.ok(["volume", "create", "told"]);
    await host.ok(["run", "--rm", "-v", "by-run:/data", IMAGE, "true"]);
    await host.ok(["run", "--rm", "-v", "by-run:/data", IMAGE, "true"]);
    await host.ok(["volume", "rm", "told", "by-run"]);
    assert.deepEqual(await told(since), ["create told", "create by-run", "remove told", "remove by-run"]);
  });

  test("none for one that was there: volume create --ignore", async () => {
    await host.ok(["volume", "create", "there"]);
    const since = now();
    assert.equal(await host.ok(["volume", "create", "--ignore", "there"]), "there");
    assert.deepEqual(await told(since), []);
    await host.ok(["volume", "create", "--ignore", "new"]);
    assert.deepEqual(await told(since), ["create new"]);
  });
});

describe("a volume takes what an image has while nothing was copied into it", () => {
  const state = (name: string) =>
    host.ok(["volume", "inspect", "-f", "{{.NeedsCopyUp}} {{.NeedsChown}}", name]);
  const use = (name: string, place: string, flags: readonly string[], ...command: readonly string[]) =>
    host.ok(["run", "--rm", "-v", `${name}:${place}`, ...flags, IMAGE, ...command]);

  for (const [name, first] of [
    ["nothing there", "/nodir"],
    ["an empty directory", "/root"],
    ["a mount that copies nothing", "/var:nocopy"],
  ] as const)
    test(name, async () => {
      const volume = `late-${first.replaceAll(/\W/g, "")}`;
      await use(volume, first, [], "true");
      assert.match(await use(volume, "/etc", [], "ls", "/etc"), /^notes$/m);
      assert.equal(await state(volume), "false false");
      assert.doesNotMatch(await use(volume, "/var", [], "ls", "-A", "/var"), /^data$/m);
    });
  test("one that holds a file by then takes nothing", async () => {
    await use("held", "/nodir", [], "touch", "/nodir/mine");
    assert.equal(await use("held", "/etc", [], "sh", "-c", "ls /etc | grep -v '^host\\|^resolv'"), "mine");
    assert.equal(await state("held"), "false false");
  });
  test("one that was emptied again takes nothing", async () => {
    await use("emptied", "/var", [], "sh", "-c", "rm -r /var/*");
    assert.equal(await use("emptied", "/var", [], "ls", "-A", "/var"), "");
  });
  test("its owner is that of the first use", async () => {
    await use("first-owner", "/nodir", ["-u", "1000:1000"], "true");
    assert.equal(await state("first-owner"), "true false");
    assert.equal(
      await use("first-owner", "/nodir", ["-u", "0"], "stat", "-c", "%u:%g", "/nodir"),
      "1000:1000",
    );
    await use("first-owner", "/var", [], "true");
    assert.equal(
      await use("first-owner", "/x", [], "stat", "-c", "%u:%g", "/x", "/x/data"),
      "1000:1000\n0:0",
    );
  });
  test("create alone is no use", async () => {
    await host.ok(["create", "--name", "only", "-v", "only:/nodir", IMAGE, "true"]);
    assert.equal(await state("only"), "true true");
  });
  test(":U gives away what was copied, too", async () => {
    const owners = ["sh", "-c", "stat -c %u:%g /etc /etc/notes"];
    assert.equal(await use("given", "/etc:U", ["-u", "7:8"], ...owners), "7:8\n7:8");
    await use("later", "/nodir:U", ["-u", "7:8"], "true");
    assert.equal(await use("later", "/etc:U", ["-u", "7:8"], ...owners), "7:8\n7:8");
  });
});
