import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { type Running, startProgram, until } from "../support/program.ts";
import { type TarEntry, tarArchive } from "../support/tar-archive.ts";
import { onTerminal } from "../support/terminal.ts";
import { PRINT_TREE, readTree } from "../support/tree.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;
const at = (name: string) => join(host.directory, name);
const said = (stdout: string) => ({ code: 0, stdout, stderr: "" });
const refused = (message: string) => ({ code: 125, stdout: "", stderr: `Error: ${message}\n` });
const dataOf = (volume: string) => join(host.dataDirectory, "tspod/volumes", volume, "_data");

/** Run a script as the namespace's root, in a volume's directory. */
const inside = (volume: string, script: string) =>
  host.ok(["unshare", "sh", "-c", `cd "$1" && ${script}`, "sh", dataOf(volume)]);

/** A tar on stdout, byte for byte. */
const bytesOf = (args: readonly string[]) =>
  execFileSync(host.program, [...args], { env: host.env, cwd: host.directory, maxBuffer: 1 << 28 });

const treeOf = (volume: string) =>
  readTree(bytesOf(["unshare", "sh", "-c", PRINT_TREE, "sh", dataOf(volume)]));

const list = (tar: Uint8Array) =>
  execFileSync("tar", ["-t", "--quoting-style=literal"], { input: tar, encoding: "utf8" }).trim().split("\n");

const FILL = [
  "mkdir -p d/empty && echo hi >f && ln f second && ln -s ../../out link && ln -s /etc/passwd absolute",
  "mkfifo pipe && echo x >d/y && chown 5:6 d/y && chmod 4755 f && chmod 2770 d && touch -d @1600000000 d/y f d",
  "touch 'näme with space'",
].join(" && ");

before(async () => {
  await host.ok(["volume", "create", "full"]);
  await inside("full", FILL);
  const noted = { path: "noted", content: "x", pax: { "SCHILY.xattr.user.note": "kept" } };
  await host.ok(["volume", "import", "full", "-"], { input: tarArchive([noted]) });
});

describe("volume export", () => {
  test("a tar of what is in the volume, on stdout or in a file: names sorted, owners as numbers", async () => {
    const tar = bytesOf(["volume", "export", "full"]);
    const names = [
      "absolute",
      "d/",
      "d/empty/",
      "d/y",
      "f",
      "link",
      "noted",
      "näme with space",
      "pipe",
      "second",
    ];
    assert.deepEqual(list(tar), names);
    assert.match(
      execFileSync("tar", ["-tv", "d/y", "second"], { input: tar, encoding: "utf8" }),
      /^-rw-r--r-- 5\/6 +2 2020-09-13 \S+ d\/y\nhrwsr-xr-x 0\/0 +0 \S+ \S+ second link to f\n$/,
    );
    assert.deepEqual(await host.tspod(["volume", "export", "full", "-o", "full.tar"]), said(""));
    assert.deepEqual(readFileSync(at("full.tar")), tar);
    assert.deepEqual(bytesOf(["volume", "export", "ful"]), tar, "by the beginning of its name");
    assert.deepEqual(await host.tspod(["volume", "export", "full", "--output=with:colon"]), said(""));
    assert.ok(existsSync(at("with:colon")));
  });

  test("of an empty volume is a tar without entries", async () => {
    await host.ok(["volume", "create", "empty"]);
    const tar = bytesOf(["volume", "export", "empty"]);
    assert.deepEqual(tar, Buffer.alloc(1024));
  });

  for (const [args, message] of [
    [[], "accepts 1 arg(s), received 0"],
    [["full", "full"], "accepts 1 arg(s), received 2"],
    [["nosuch"], 'no volume with name "nosuch" found: no such volume'],
    [["full", "-o", ""], "must provide valid path for file to write to"],
    [
      ["full", "-o", "/no/dir/x.tar"],
      'unable to create target file path "/no/dir/x.tar": open /no/dir/x.tar: no such file or directory',
    ],
    [["full", "-o", "/"], 'unable to create target file path "/": open /: is a directory'],
  ] as const)
    test(`volume export ${args.join(" ")}: ${message}`, async () => {
      const { code, stdout, stderr } = await host.tspod(["volume", "export", ...args]);
      assert.deepEqual([code, stdout, stderr.split("\n")[0]], [125, "", `Error: ${message}`]);
    });

  test("a file of that name stays where there is no such volume, and is replaced where there is", async () => {
    writeFileSync(at("old.tar"), Buffer.alloc(100_000, "old"));
    assert.deepEqual(
      await host.tspod(["volume", "export", "nosuch", "-o", "old.tar"]),
      refused('no volume with name "nosuch" found: no such volume'),
    );
    assert.equal(statSync(at("old.tar")).size, 100_000);
    await host.ok(["volume", "export", "empty", "-o", "old.tar"]);
    assert.deepEqual(readFileSync(at("old.tar")), Buffer.alloc(1024));
  });

  test("a terminal gets no tar", async () => {
    const terminal = onTerminal(host, ["volume", "export", "full"]);
    await terminal.saw(/Error: refusing to export to terminal\. Use -o flag or redirect/);
    assert.equal(await terminal.ended, 125);
  });

  test("while a container makes and removes files in it: a whole tar all the same", async () => {
    const script =
      "while :; do for i in 1 2 3 4 5 6 7 8 9; do echo $i >/v/$i; ln -s x /v/l$i; done; rm /v/*; done";
    await host.ok(["run", "-d", "--name", "busy", "-v", "busy:/v", IMAGE, "sh", "-c", script]);
    for (let round = 0; round < 4; round++) {
      const tar = at(`busy${round}.tar`);
      assert.deepEqual(await host.tspod(["volume", "export", "busy", "-o", tar]), said(""));
      execFileSync("tar", ["-tf", tar]);
    }
    await host.ok(["rm", "-f", "-t", "0", "busy"]);
  });

  for (const [signal, code] of [
    ["SIGKILL", 137],
    ["SIGINT", 130],
  ] as const)
    test(`${signal} half-way leaves no file`, async () => {
      await host.ok(["volume", "create", `large-${signal}`]);
      await inside(`large-${signal}`, "truncate -s 2G zeros");
      const directory = at(`half-${signal}`);
      mkdirSync(directory);
      const running = host.start(["volume", "export", `large-${signal}`, "-o", join(directory, "out.tar")]);
      await until(() => hasWritten(running, directory), "the first bytes of the tar");
      running.child.kill(signal);
      assert.deepEqual(await running.ended, { code, stdout: "", stderr: "" });
      assert.deepEqual(readdirSync(directory), []);
      await host.ok(["volume", "rm", `large-${signal}`]);
    });
});

/** Whether a program has a file in a directory open, with or without a name, that is no longer empty. */
function hasWritten({ pid }: Running, directory: string): boolean {
  const fds = `/proc/${pid}/fd`;
  return readdirSync(fds).some((fd) => {
    try {
      return readlinkSync(`${fds}/${fd}`).startsWith(directory) && statSync(`${fds}/${fd}`).size > 0;
    } catch {
      return false; // closed meanwhile
    }
  });
}

describe("volume import", () => {
  const create = async (name: string): Promise<string> => {
    await host.tspod(["volume", "rm", "-f", name]);
    return host.ok(["volume", "create", name]);
  };

  test("what was exported comes out the same: owners, modes, times, links, xattrs", async () => {
    await host.ok(["volume", "export", "full", "-o", "round.tar"]);
    await create("copy");
    assert.deepEqual(await host.tspod(["volume", "import", "copy", "round.tar"]), said(""));
    const [before, after] = [treeOf("full"), treeOf("copy")];
    assert.match(after.get("noted") ?? "", /user\.note=6b657074$/);
    assert.deepEqual(after, before);
    assert.deepEqual(bytesOf(["volume", "export", "copy"]), readFileSync(at("round.tar")));
  });

  for (const [program, flags] of [
    ["gzip", ["-c"]],
    ["bzip2", ["-c"]],
    ["xz", ["-c"]],
    ["zstd", ["-c"]],
  ] as const)
    test(`compressed with ${program}, from a file and from stdin`, async () => {
      const input = execFileSync(program, flags, { input: tarArchive([{ path: "d/f", content: program }]) });
      writeFileSync(at("compressed"), input);
      await create("packed");
      assert.deepEqual(await host.tspod(["volume", "import", "packed", "compressed"]), said(""));
      assert.equal(await inside("packed", "cat d/f"), program);
      await create("packed");
      assert.deepEqual(await host.tspod(["volume", "import", "packed", "-"], { input }), said(""));
      assert.equal(await inside("packed", "cat d/f; stat -c %u:%g:%a d"), `${program}0:0:755`);
    });

  test("what the volume has stays; what the tar has of the same name takes its place; directories are merged", async () => {
    await create("merged");
    await inside(
      "merged",
      "mkdir -p d was/deep && touch d/old was/deep/f && echo old >f && ln -s f l && echo t >to-d",
    );
    const input = tarArchive([
      { path: "./", mode: 0o700, uid: 7 },
      { path: "d/", mode: 0o711, uid: 3, gid: 4, mtime: 1_600_000_000 },
      { path: "d/new", content: "new" },
      { path: "f", content: "n" },
      { path: "was", content: "file now" },
      { path: "l", content: "no link now" },
      { path: "to-d/x", type: "file", content: "below a file" },
    ]);
    const result = await host.tspod(["volume", "import", "merged", "-"], { input });
    assert.equal(result.code, 125);
    assert.match(result.stderr, /^Error: unpacking "to-d\/x" into volume merged: [^\n]*not a directory\n$/);
    const good = tarArchive([
      { path: "to-d/", mode: 0o755 },
      { path: "d/", mode: 0o711, uid: 3, gid: 4, mtime: 1_600_000_000 },
    ]);
    assert.deepEqual(await host.tspod(["volume", "import", "merged", "-"], { input: good }), said(""));
    assert.equal(
      await inside("merged", "find . | sort; cat f was l; stat -c ' %u:%g:%a %Y' d; stat -c %u:%a . to-d"),
      "./d\n./d/new\n./d/old\n./f\n./l\n./to-d\n./was\nnfile nowno link now 3:4:711 1600000000\n0:755\n0:755".replace(
        /^/,
        ".\n",
      ),
    );
  });

  test("an empty file, and zeroes, are tars without entries, as podman has it", async () => {
    await create("nothing");
    for (const input of [Buffer.alloc(0), Buffer.alloc(5000)])
      assert.deepEqual(await host.tspod(["volume", "import", "nothing", "-"], { input }), said(""));
    assert.equal(await inside("nothing", "find ."), ".");
  });

  const evil = (path: string): TarEntry => ({ path, content: "evil" });
  for (const [name, entries, message, left] of [
    ["a name that leads out", [evil("../evil")], '"../evil" is outside of "DATA"', []],
    ["one that does so later", [evil("a/../../evil")], '"a/../../evil" is outside of "DATA"', []],
    ["an absolute name: it begins at the volume", [evil("/evil")], undefined, ["evil"]],
    [
      "a symlink out, and a name through it",
      [{ path: "l", linkTo: "../.." }, evil("l/evil")],
      undefined,
      ["evil", "l"],
    ],
    [
      "an absolute symlink to a directory of the host, and a name through it",
      [{ path: "l", linkTo: "DIRECTORY" }, evil("l/evil")],
      'unpacking "l/evil" into volume target: file exists',
      ["l"],
    ],
    [
      "a symlink to a file of the host, and a file in its place",
      [{ path: "l", linkTo: "OUTSIDE" }, evil("l")],
      undefined,
      ["l"],
    ],
    [
      "a hard link out",
      [{ path: "l", type: "hardlink", linkTo: "../../../outside" }],
      'invalid hardlink "l" -> "../../../outside"',
      [],
    ],
    [
      "a hard link to what only the host has",
      [{ path: "l", type: "hardlink", linkTo: "/etc/passwd" }],
      'unpacking "l" into volume target: linkat "passwd" to "l": no such file or directory',
      ["etc"],
    ],
    [
      "a device",
      [evil("before"), { path: "null", type: "character", device: [1, 3] }, evil("after")],
      'making the device "null": operation not permitted',
      ["before"],
    ],
    [
      "an owner that the user has not",
      [{ path: "f", uid: 2_000_000, content: "x" }],
      "potentially insufficient UIDs or GIDs available in user namespace (requested 2000000:0 for f): check /etc/subuid and /etc/subgid: invalid argument",
      ["f"],
    ],
  ] as const)
    test(`hostile: ${name}`, async () => {
      await create("target");
      const outside = at("outside");
      writeFileSync(outside, "mine");
      const input = tarArchive(
        entries.map((entry) =>
          "linkTo" in entry
            ? {
                ...entry,
                linkTo: entry.linkTo.replace("OUTSIDE", outside).replace("DIRECTORY", host.directory),
              }
            : entry,
        ),
      );
      const result = await host.tspod(["volume", "import", "target", "-"], { input });
      const expected = message?.replace("DATA", dataOf("target"));
      assert.deepEqual(result, expected === undefined ? said("") : refused(expected));
      assert.deepEqual((await inside("target", "ls")).split("\n").filter(Boolean), left);
      assert.equal(readFileSync(outside, "utf8"), "mine");
      const volume = join(dataOf("target"), "..");
      for (const place of [join(volume, "evil"), join(volume, "../evil"), at("evil")])
        assert.ok(!existsSync(place), place);
    });

  for (const [args, input, message] of [
    [[], "", /^Error: accepts 2 arg\(s\), received 0\n/],
    [["full"], "", /^Error: accepts 2 arg\(s\), received 1\n/],
    [["nosuch", "round.tar"], "", /^Error: no volume with name "nosuch" found: no such volume\n$/],
    [
      ["nosuch", "nosuch.tar"],
      "",
      /^Error: unable open input file: open nosuch.tar: no such file or directory\n$/,
    ],
    [["full", "a:b"], "", /^Error: invalid filename \(should not contain ':'\) "a:b"\n$/],
    [["full", "/"], "", /^Error: extracting into volume full: read \/: is a directory\n$/],
    [["full", "-"], "garbage", /^Error: damaged tar: it breaks off in the middle\n$/],
    [["full", "-"], "garbage".repeat(1000), /^Error: damaged tar: [^\n]+\n$/],
    [
      ["full", "-"],
      tarArchive([{ path: "half", content: "x".repeat(9999) }]).subarray(0, 4000),
      /^Error: damaged tar: it breaks off in the middle\n$/,
    ],
  ] as const)
    test(`volume import ${args.join(" ")} of ${input.length} bytes: ${message.source.slice(1, 60)}`, async () => {
      const { code, stdout, stderr } = await host.tspod(["volume", "import", ...args], { input });
      assert.deepEqual([code, stdout], [125, ""]);
      assert.match(stderr, message);
    });

  test("a terminal is no source", async () => {
    const terminal = onTerminal(host, ["volume", "import", "full", "-"]);
    await terminal.saw(/Error: cannot read from terminal, use command-line redirection/);
    assert.equal(await terminal.ended, 125);
  });

  test("SIGINT ends it while it waits for a pipe; what came is in the volume, and nothing is locked", async () => {
    await create("waiting");
    execFileSync("mkfifo", [at("pipe")]);
    const running = host.start(["volume", "import", "waiting", "pipe"]);
    writeFileSync(at("first.tar"), tarArchive([{ path: "first", content: "x" }]).subarray(0, 1024));
    const held = startProgram("sh", ["-c", "exec 3>pipe; cat first.tar >&3; exec sleep 60"], {
      cwd: host.directory,
    });
    await until(() => existsSync(join(dataOf("waiting"), "first")), "the first file");
    running.child.kill("SIGINT");
    assert.deepEqual(await running.ended, { code: 130, stdout: "", stderr: "" });
    held.child.kill("SIGKILL");
    await held.ended;
    assert.equal(await host.ok(["volume", "rm", "waiting"]), "waiting");
  });
});

describe("volumes that have to be mounted", () => {
  test("in memory: what a container has mounted is exported, and imported into; without one, nothing is lost in silence", async () => {
    await host.ok(["volume", "create", "--opt", "type=tmpfs", "memory"]);
    assert.deepEqual(
      await host.tspod(["volume", "import", "memory", "full.tar"]),
      refused(`volume is using a driver local and volume is not mounted on ${dataOf("memory")}`),
    );
    assert.deepEqual(bytesOf(["volume", "export", "memory"]), Buffer.alloc(1024));
    const script = "echo in memory >/m/file; sleep 1000";
    await host.ok(["run", "-d", "--name", "user", "-v", "memory:/m", IMAGE, "sh", "-c", script]);
    await until(async () => (await host.ok(["exec", "user", "ls", "/m"])) === "file", "the file");
    assert.deepEqual(list(bytesOf(["volume", "export", "memory"])), ["file"]);
    const input = tarArchive([{ path: "more", content: "from a tar" }]);
    assert.deepEqual(await host.tspod(["volume", "import", "memory", "-"], { input }), said(""));
    assert.equal(await host.ok(["exec", "user", "cat", "/m/more"]), "from a tar");
    await host.ok(["rm", "-f", "-t", "0", "user"]);
    assert.deepEqual(readdirSync(dataOf("memory")), []);
  });

  test("a directory of the host: its files, also where no container has it mounted", async () => {
    const directory = at("bound");
    mkdirSync(directory);
    writeFileSync(join(directory, "file"), "of the host");
    await host.ok(["volume", "create", "--opt", "type=bind", "--opt", `device=${directory}`, "bound"]);
    assert.deepEqual(list(bytesOf(["volume", "export", "bound"])), ["file"]);
    const input = tarArchive([{ path: "more", content: "from a tar" }]);
    assert.deepEqual(await host.tspod(["volume", "import", "bound", "-"], { input }), said(""));
    assert.equal(readFileSync(join(directory, "more"), "utf8"), "from a tar");
    assert.deepEqual(readdirSync(dataOf("bound")), [], "nothing under the mount");
  });

  test("one that can't be mounted", async () => {
    await host.ok(["volume", "create", "--opt", "type=nosuchfs", "--opt", "device=x", "unknown"]);
    for (const args of [
      ["export", "unknown"],
      ["import", "unknown", "full.tar"],
    ]) {
      const { code, stdout, stderr } = await host.tspod(["volume", ...args]);
      assert.deepEqual([code, stdout], [125, ""]);
      assert.match(stderr, /^Error: mounting volume unknown: mount: \/\S+: permission denied\n$/);
    }
  });
});
