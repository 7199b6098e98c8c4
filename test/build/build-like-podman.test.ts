import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { makeContext } from "../support/build-context.ts";
import { makeWorld } from "../support/world.ts";

const world = await makeWorld({ images: { busybox: {} } });
after(() => world.close());
const { host } = world;
await host.ok(["tag", "test.localhost/busybox:latest", "localhost/base"]);

const build = (...args: string[]) => host.tspod(["build", "--network", "none", ...args]);
const inspect = (image: string, field: string) =>
  host.ok(["image", "inspect", "--format", `{{${field}}}`, image]);

describe("what Podman 5.8.6 does with the same words", () => {
  test("a Dockerfile that changes nothing makes no image: the base gets the name", async () => {
    const directory = makeContext(host, "FROM localhost/base\n");
    const { code, stdout, stderr } = await build("-t", "same", directory);
    assert.equal(code, 0, stderr);
    const [id, same] = [await inspect("localhost/base", ".Id"), await inspect("same", ".Id")];
    assert.equal(same, id);
    assert.equal(stdout.split("\n").at(-2), id.trim());
    assert.equal(await inspect("same", ".Digest"), await inspect("localhost/base", ".Digest"));
    // An archive of it takes nothing away.
    await host.ok(["build", "-q", "-o", `type=oci,dest=${join(host.directory, "same.tar")}`, directory]);
    assert.equal(await inspect("localhost/base", ".Id"), id);
    await host.ok(["build", "-q", "-t", "labelled", "--label", "a=b", directory]);
    assert.notEqual(await inspect("labelled", ".Id"), id);
  });

  test("a --runroot that is not there yet is made", async () => {
    const flags = ["--runroot", join(host.directory, "new-run")];
    const directory = makeContext(host, "FROM localhost/base\nLABEL a=b\n");
    const { code, stdout, stderr } = await host.tspod([...flags, "build", "-q", directory]);
    assert.deepEqual([code, stderr], [0, ""]);
    assert.match(stdout, /^[0-9a-f]{64}\n$/);
  });

  test("--from in the STEP line, the stage's name after it", async () => {
    const lines = "FROM nowhere.example/x as one\nFROM localhost/base\nCOPY --from=one /bin/sh /x\n";
    const { code, stdout, stderr } = await build("--from=localhost/base", makeContext(host, lines));
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^\[1\/2\] STEP 1\/1: FROM localhost\/base AS one\n/);
  });

  test("without layers a step has no line with a result", async () => {
    const directory = makeContext(host, "FROM localhost/base\nENV a=1\nRUN echo ran\n");
    const { stdout } = await build("--layers=false", directory);
    const lines = stdout.split("\n").slice(0, 5);
    assert.deepEqual(lines.slice(1), ["STEP 2/3: ENV a=1", "STEP 3/3: RUN echo ran", "ran", "COMMIT"]);
  });

  for (const [name, lines, flags, message] of [
    ["a pattern without files", "COPY *foo /x", [], /COPY \*foo \/x": .*: no such file or directory\n$/],
    [
      "a secret that is required",
      "RUN --mount=type=secret,id=my,required true",
      [],
      /: secret required but no secret with id "my" found: .*\n$/,
    ],
    [
      "COPY of a URL",
      "COPY http://x/y /z",
      [],
      /building at STEP "COPY http:\/\/x\/y \/z": source can't be a URL for COPY/,
    ],
    ["from of nothing", "RUN --mount=from=,target=/m true", [], /from points to an empty value/],
    [
      "hosts twice",
      "RUN true",
      ["--no-hosts", "--add-host=a:1.2.3.4"],
      /^Error: --no-hosts and --add-host conflict, can not be used together\n$/,
    ],
  ] as const) {
    test(`${name}: an error in its words`, async () => {
      const { code, stderr } = await build(...flags, makeContext(host, `FROM localhost/base\n${lines}\n`));
      assert.equal(code, 125);
      assert.match(stderr, message);
    });
  }

  test("a RUN without a command ends as its shell says", async () => {
    const { code, stderr } = await build(makeContext(host, "FROM localhost/base\nrun\n"));
    assert.equal(code, 2);
    assert.match(stderr, /sh: -c requires an argument\n/);
    assert.match(stderr, /^Error: building at STEP "RUN": while running runtime: exit status 2\n$/m);
  });

  test("--cap-add bounds what others than root may have, and gives them nothing", async () => {
    const lines = [
      "FROM localhost/base",
      "RUN grep CapEff /proc/self/status",
      "USER 3267",
      "RUN grep Cap /proc/self/status",
    ];
    const { stdout } = await build("--no-cache", "--cap-add=sys_ptrace", makeContext(host, lines.join("\n")));
    const sets = [...stdout.matchAll(/^Cap(\w+):\s+([0-9a-f]+)$/gm)].map(([, name, set = ""]) => ({
      name,
      ptrace: (BigInt(`0x${set}`) >> 19n) & 1n,
    }));
    assert.deepEqual(
      sets.filter(({ ptrace }) => ptrace === 1n).map(({ name }) => name),
      ["Eff", "Bnd"],
    );
    assert.equal(sets.length, 6);
    const none = stdout.match(/^CapEff:\s+0+$/gm);
    assert.equal(none?.length, 1, stdout);
  });

  test("directives of a further -f count for it: one with another escape is refused", async () => {
    const directory = makeContext(host, "FROM localhost/base\n", {
      wrong: "# escape=|\nFROM localhost/base\n",
      other: "# escape=`\nFROM localhost/base\n",
    });
    const files = (name: string) => ["-f", join(directory, "Dockerfile"), "-f", join(directory, name)];
    for (const [name, reason] of [
      ["wrong", "invalid ESCAPE '|'. Must be ` or \\"],
      ["other", `its escape is not the \\ of ${join(directory, "Dockerfile")}`],
    ] as const) {
      const { code, stdout, stderr } = await build(...files(name), directory);
      assert.deepEqual([code, stdout], [125, ""]);
      assert.equal(stderr, `Error: parsing additional Dockerfile ${join(directory, name)}: ${reason}\n`);
    }
  });

  test("--log-level debug says which steps the cache had, and what was made", async () => {
    const directory = makeContext(host, "FROM localhost/base\nRUN echo logged > /x\n");
    const debug = async () =>
      await host.tspod(["--log-level", "debug", "build", "--network", "none", directory]);
    const first = await debug();
    assert.doesNotMatch(first.stderr, /Found a cache hit/);
    const { stdout, stderr } = await debug();
    assert.match(stderr, /level=debug msg="Found a cache hit in the first iteration with id [0-9a-f]{64}"/);
    const id = stdout.split("\n").at(-2);
    assert.ok(stderr.includes(`level=debug msg="created new image ID \\"${id}\\""`), stderr);
  });

  test("--userns of what steps have anyway, and --network container, change nothing", async () => {
    const directory = makeContext(
      host,
      "FROM localhost/base\nRUN cat /proc/self/uid_map; ls /sys/class/net\n",
    );
    const printed = async (...flags: string[]) => (await build("--no-cache", ...flags, directory)).stdout;
    const lines = /^ +0 .*\n(?:.*\n)*?lo$/m.exec(await printed())?.[0];
    assert.ok(lines);
    for (const mode of ["host", "private", "container"])
      assert.ok((await printed("--userns", mode)).includes(`${lines}\nCOMMIT`), mode);
    const own = await host.tspod(["build", "--no-cache", "--network", "container", directory]);
    assert.deepEqual([own.code, own.stderr], [0, ""]);
    assert.match(own.stdout, /^lo\ntap0$/m);
  });

  test("--network ns:PATH is the network of a container", async () => {
    const network = "readlink /proc/self/ns/net";
    await host.ok(["run", "-d", "--name", "web", "--network", "none", "localhost/base", "sleep", "1000"]);
    const theirs = await host.ok(["exec", "web", "sh", "-c", network]);
    const pid = (await host.ok(["inspect", "--format", "{{.State.Pid}}", "web"])).trim();
    const directory = makeContext(host, `FROM localhost/base\nRUN ${network}\n`);
    const { code, stdout, stderr } = await host.tspod([
      "build",
      "--network",
      `ns:/proc/${pid}/ns/net`,
      directory,
    ]);
    await host.ok(["rm", "-f", "-t", "0", "web"]);
    assert.deepEqual([code, stderr, stdout.includes(`\n${theirs.trim()}\n`)], [0, "", true]);
  });

  for (const [platform, is] of [
    ["windows/", /^windows\//],
    ["/arm", /^linux\/arm$/],
  ] as const) {
    test(`--platform=${platform}: what is not said is the host's`, async () => {
      const directory = makeContext(host, "FROM scratch\nLABEL a=b\n");
      await host.ok(["build", "-q", "-t", "platform", `--platform=${platform}`, directory]);
      assert.match((await inspect("platform", ".Os}}/{{.Architecture")).trim(), is);
    });
  }

  test("an ARG without a value is logged, one that has one anywhere is not", async () => {
    const lines = "FROM localhost/base\nARG none\nARG own=1\nARG given\nARG TARGETARCH\n";
    const { code, stderr } = await build("--build-arg", "given=1", makeContext(host, lines));
    assert.equal(code, 0);
    const text = `missing \\"none\\" build argument. Try adding \\"--build-arg none=<VALUE>\\" to the command line`;
    assert.match(stderr, /^time="[^"]+" level=warning msg="missing .*"\n$/);
    assert.ok(stderr.includes(text), stderr);
    const silent = await host.tspod(["--log-level", "error", "build", makeContext(host, lines)]);
    assert.equal(silent.stderr, "");
  });

  test("what cpp can't take of a *.in is a warning as long as it has a result", async () => {
    const directory = makeContext(host, "", { "Dockerfile.in": "#This is no directive\nFROM scratch\n" });
    const { code, stdout, stderr } = await build("-f", "Dockerfile.in", directory);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /level=warning msg="Ignoring .*invalid preprocessing directive #This/);
    assert.match(stdout, /^STEP 1\/1: FROM scratch\n/);
  });
});

describe("--log-rusage", () => {
  const LINE = /^(\d\S*)\(system\) (\d\S*)\(user\) (\d\S*)\(elapsed\) (\S+B) input (\S+B) output$/;
  const loop = "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done";
  const directory = makeContext(host, `FROM localhost/base\nRUN ${loop}\nRUN exit 3\n`);

  test("a line after each step, that of a failed one as well", async () => {
    const { code, stdout } = await build("--log-rusage", directory);
    assert.equal(code, 3);
    const lines = stdout.trimEnd().split("\n");
    const used = lines.map((line) => LINE.exec(line));
    assert.deepEqual(
      used.map((found, index) => (found ? "used" : lines[index]?.replace(/^--> .*/, "-->"))),
      [
        "STEP 1/3: FROM localhost/base",
        "used",
        `STEP 2/3: RUN ${loop}`,
        "-->",
        "used",
        "STEP 3/3: RUN exit 3",
        "used",
      ],
    );
    // The command's own time is in it: 200 000 rounds of a shell take more than all else of such a step.
    const [from, ran] = [used[1], used[4]].map((found) => Number.parseFloat(found?.[2] ?? "") || 0);
    assert.ok(from !== undefined && ran !== undefined && ran > from + 20, stdout);
  });

  test("with --rusage-logfile, there: appended", async () => {
    const file = join(host.directory, "usage");
    writeFileSync(file, "before\n");
    const { stdout } = await build("--log-rusage", "--rusage-logfile", "usage", "--no-cache", directory);
    assert.doesNotMatch(stdout, /system/);
    const [before, ...lines] = readFileSync(file, "utf8").trimEnd().split("\n");
    assert.deepEqual([before, lines.length, lines.every((line) => LINE.test(line))], ["before", 3, true]);
  });

  test("not with --quiet, nor is the file's flag enough", async () => {
    const quiet = await build("--log-rusage", "-q", directory);
    assert.deepEqual([quiet.code, quiet.stdout], [3, ""]);
    const file = await build("--rusage-logfile", "usage", directory);
    assert.doesNotMatch(file.stdout, /system/);
    assert.equal(readFileSync(join(host.directory, "usage"), "utf8").split("\n").length, 5);
  });

  test("a file that can't be made is 125, before any step", async () => {
    const { code, stdout, stderr } = await build("--log-rusage", "--rusage-logfile", "no/usage", directory);
    assert.deepEqual([code, stdout], [125, ""]);
    assert.match(stderr, /^Error: creating file to store rusage logs "\/.*\/no\/usage": .*no such file/);
  });
});

describe("what the runtime can't run ends the build with 1", () => {
  const ran = makeContext(host, "FROM localhost/base\nRUN true\n");
  const missing = makeContext(host, 'FROM localhost/base\nRUN ["/missing", "x"]\n');
  for (const [name, args, message] of [
    ["a flag that it does not know", ["--runtime-flag=nonesuch", "build", "--no-cache", ran], "RUN true"],
    ["a program that is none", ["--runtime", "/bin/false", "build", "--no-cache", ran], "RUN true"],
    ["a command that is not there", ["build", missing], "RUN /missing x"],
  ] as const) {
    test(name, async () => {
      const { code, stderr } = await host.tspod([...args, "--network", "none"]);
      const step = `Error: building at STEP "${message}": while running runtime: exit status 1: `;
      assert.deepEqual([code, stderr.split("\n").some((line) => line.startsWith(step))], [1, true], stderr);
    });
  }
});

describe("refused with 125, in Podman's words", () => {
  const refusals: readonly [string, string, string[], RegExp][] = [
    [
      "a tag in capitals",
      "FROM scratch\n",
      ["--tag", "ok", "--tag", "TEST1"],
      /^Error: tag TEST1: invalid reference format: repository name must be lowercase\n$/,
    ],
    [
      "--chown of unset variables",
      "FROM localhost/base\nCOPY --chown=$NO:$NO Dockerfile /x\n",
      [],
      /^Error: building at STEP "COPY --chown=\$NO:\$NO Dockerfile \/x": looking up UID\/GID for ":": can't find uid for user ""\n$/,
    ],
    [
      "--chown of a group alone",
      "FROM localhost/base\nCOPY --chown=:0 Dockerfile /x\n",
      [],
      /looking up UID\/GID for ":0": can't find uid/,
    ],
    [
      "a source above the context",
      "FROM scratch\nCOPY ../upper /\n",
      [],
      /"\/upper": not found: "\.\.\/upper" is taken from the root of the context \(possible escaping context directory error\)\n$/,
    ],
    ...["keep-id", "ns:/proc/self/ns/user"].map((mode): (typeof refusals)[number] => [
      `--userns ${mode}`,
      "FROM scratch\n",
      ["--userns", mode],
      /^Error: --userns ".*" is not supported: RUN steps have the ids of the build's user namespace, /,
    ]),
    [
      "the network of a container by its name",
      "FROM scratch\n",
      ["--network", "container:web"],
      /^Error: --network "container:web" is not supported: a build joins no container; use ns:/,
    ],
    ["a source that is not there", "FROM scratch\nCOPY a/../upper /\n", [], /"\/upper": not found\n$/],
  ];
  for (const [name, dockerfile, flags, message] of refusals) {
    test(name, async () => {
      const { code, stderr } = await build(...flags, makeContext(host, dockerfile));
      assert.deepEqual([code, message.test(stderr)], [125, true], stderr);
    });
  }

  test("an ignored source: the file that leaves it out is named", async () => {
    for (const name of ["Dockerfile.dockerignore", ".containerignore", ".dockerignore"]) {
      const directory = makeContext(host, "FROM scratch\nCOPY d /\n", { "d/f": "", [name]: "d\n" });
      const { code, stderr } = await build(directory);
      assert.equal(code, 125);
      assert.equal(
        stderr,
        `Error: building at STEP "COPY d /": "/d": no such file or directory (1 filtered out using ${directory}/${name})\n`,
      );
    }
  });

  test("a Dockerfile that is a directory is none", async () => {
    const directory = join(host.directory, "no-file");
    mkdirSync(join(directory, "Dockerfile"), { recursive: true });
    assert.deepEqual(await build(directory), {
      code: 125,
      stdout: "",
      stderr: `Error: no Containerfile or Dockerfile specified or found in context directory, ${directory}: no such file or directory\n`,
    });
  });
});
