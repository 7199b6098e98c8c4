import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { makeContext } from "../support/build-context.ts";
import { until } from "../support/program.ts";
import { startUploadRegistry } from "../support/upload-registry.ts";
import { makeWorld } from "../support/world.ts";

const world = await makeWorld({ images: { busybox: {} } });
after(() => world.close());
const { host } = world;
await host.ok(["tag", "test.localhost/busybox:latest", "localhost/base"]);

const context = (dockerfile: string, files: Readonly<Record<string, string>> = {}) =>
  makeContext(host, dockerfile, files);

const build = (directory: string, ...flags: string[]) =>
  host.tspod(["build", "--network", "none", ...flags, directory]);

/** What a command prints in a container of an image. */
const inImage = (image: string, ...command: string[]) =>
  host.ok(["run", "--rm", "--network", "none", image, ...command]);

const configOf = async (image: string) =>
  JSON.parse(await host.ok(["image", "inspect", "--format", "{{json .Config}}", image])) as Record<
    string,
    unknown
  >;

describe("what is printed", () => {
  const directory = context('FROM localhost/base\nRUN echo out; echo err >&2\nCMD ["x"]\n');

  test("Podman's lines: steps, what commands print, the name, the ID", async () => {
    const { code, stdout, stderr } = await build(directory, "-t", "printed");
    assert.equal(code, 0, stderr);
    assert.match(
      stdout,
      /^STEP 1\/3: FROM localhost\/base\nSTEP 2\/3: RUN echo out; echo err >&2\nout\n--> [0-9a-f]{12}\nSTEP 3\/3: CMD \["x"\]\nCOMMIT printed\n--> ([0-9a-f]{12})\nSuccessfully tagged localhost\/printed:latest\n\1[0-9a-f]{52}\n$/,
    );
    assert.equal(stderr, "err\n");
  });

  test("the second time steps come from the cache, and the image is the same one", async () => {
    const first = await build(directory, "-q");
    const { stdout, stderr } = await build(directory, "-t", "printed");
    assert.match(stdout, /STEP 2\/3: RUN .*\n--> Using cache [0-9a-f]{64}\n--> [0-9a-f]{12}\n/);
    assert.equal(stdout.trim().split("\n").at(-1), first.stdout.trim());
    assert.equal(stderr, "");
  });

  test("a FROM with variables is shown with their values", async () => {
    const lines =
      "ARG image=base\nARG os=linux\nFROM --platform=$os localhost/$image AS one\nFROM one\nLABEL a=$b\n";
    const { code, stdout, stderr } = await build(context(lines));
    assert.deepEqual([code, stderr], [0, ""]);
    assert.deepEqual(
      stdout.split("\n").filter((line) => line.includes("STEP")),
      [
        "[1/2] STEP 1/1: FROM --platform=linux localhost/base AS one",
        "[2/2] STEP 1/2: FROM one",
        "[2/2] STEP 2/2: LABEL a=$b",
      ],
    );
  });

  test("--quiet leaves what commands print to stderr; --iidfile takes the ID", async () => {
    const file = join(host.directory, "iid");
    const quiet = await build(directory, "-q", "--no-cache", "--iidfile", file);
    assert.deepEqual(quiet, { code: 0, stdout: "", stderr: "err\n" });
    assert.match(execFileSync("cat", [file], { encoding: "utf8" }), /^sha256:[0-9a-f]{64}$/);
  });

  test("a command that fails: its exit code, and nothing is left", async () => {
    const { code, stderr } = await build(context("FROM localhost/base\nRUN echo a > /a\nRUN exit 42\n"));
    assert.equal(code, 42);
    assert.match(
      stderr,
      /^Dockerfile:3\n-+\n {3}1 \| {5}FROM localhost\/base\n {3}2 \| {5}RUN echo a > \/a\n {3}3 \| >>> RUN exit 42\n {11}\^{11}\n {3}4 \|\n-+\nError: building at STEP "RUN exit 42": while running runtime: exit status 42\n$/,
    );
    assert.equal(await host.ok(["ps", "-aq"]), "");
  });
});

/** What stands before an error of a Dockerfile's second line. */
const atStep = (dockerfile: string): string => `building at STEP "${dockerfile.split("\n")[1]}": `;

describe("errors are one line, with 125", () => {
  for (const [name, dockerfile, message] of [
    [
      "an unknown instruction",
      "FROM scratch\nRUNN x",
      "dockerfile parse error on line 2: unknown instruction: RUNN (did you mean RUN?)",
    ],
    ["a source that is not there", "FROM scratch\nCOPY nothing /", '"/nothing": not found'],
    [
      "a later stage",
      "FROM scratch AS a\nCOPY --from=b x /\nFROM scratch AS b\nFROM a",
      'dockerfile parse error on line 2: cannot copy from stage "b", it needs to be defined before current stage "a"',
    ],
    [
      "itself",
      "FROM scratch AS a\nCOPY --from=a x /",
      'dockerfile parse error on line 2: circular dependency: stage "a" takes files from itself',
    ],
    [
      "an unset variable that must be set",
      `FROM scratch\nENV a=\${b:?give-b}`,
      "dockerfile parse error on line 2: b: give-b",
    ],
    [
      "an unknown user",
      "FROM localhost/base\nCOPY --chown=nobody-at-all Dockerfile /",
      'can\'t convert uid/gid chown string "nobody-at-all": unable to find user nobody-at-all: no matching entries in passwd file',
    ],
    [
      "a wrong mode",
      "FROM scratch\nCOPY --chmod=999 Dockerfile /",
      "invalid chmod parameter: '999'. it should be octal string and between 0 and 07777, or like u=rwX,go=rX",
    ],
    [
      "a URL for COPY",
      "FROM scratch\nCOPY http://x/y /",
      `dockerfile parse error on line 2: building at STEP "COPY http://x/y /": source can't be a URL for COPY: "http://x/y" (ADD takes URLs)`,
    ],
    ["a file onto a directory", "FROM localhost/base\nCOPY Dockerfile /x/etc\nCOPY . /x", undefined],
  ] as const) {
    if (message === undefined) continue;
    test(name, async () => {
      assert.deepEqual(await build(context(dockerfile), "-q"), {
        code: 125,
        stdout: "",
        stderr: `Error: ${message.startsWith("dockerfile") ? "" : atStep(dockerfile)}${message}\n`,
      });
    });
  }

  for (const [args, message] of [
    [[], "no context directory and no Containerfile specified"],
    [["/dev/null"], 'context must be a directory: "/dev/null"'],
    [
      ["-f", "/nowhere", "/"],
      "the specified Containerfile or Dockerfile does not exist, /nowhere: no such file or directory",
    ],
  ] as const) {
    test(args.join(" "), async () => {
      assert.deepEqual(await host.tspod(["build", ...args]), {
        code: 125,
        stdout: "",
        stderr: `Error: ${message}\n`,
      });
    });
  }
});

describe("COPY", () => {
  const files = { "src/a": "a", "src/sub/b": "b", "src/skip/c": "c", "README.md": "r" };

  async function listing(instructions: string, more: Readonly<Record<string, string>> = {}): Promise<string> {
    const directory = context(`FROM localhost/base\n${instructions}\n`, { ...files, ...more });
    symlinkSync("a", join(directory, "src/link"));
    chmodSync(join(directory, "src/a"), 0o640);
    const { code, stdout, stderr } = await build(directory, "-q");
    assert.equal(code, 0, stderr);
    return inImage(stdout.trim(), "sh", "-c", "cd /d && find . | sort | xargs stat -c '%n %a %u:%g'");
  }

  for (const [name, instructions, expected] of [
    [
      "a directory's contents",
      "COPY src /d",
      [
        "./a 640 0:0",
        "./link 777 0:0",
        "./skip 755 0:0",
        "./skip/c 644 0:0",
        "./sub 755 0:0",
        "./sub/b 644 0:0",
      ],
    ],
    [
      "a wildcard flattens",
      "COPY src/* /d/",
      ["./a 640 0:0", "./b 644 0:0", "./c 644 0:0", "./link 640 0:0"],
    ],
    ["a name of its own", "COPY src/a /d/x/y", ["./x 755 0:0", "./x/y 640 0:0"]],
    ["--chown and --chmod", "COPY --chown=5:6 --chmod=u=rwX,go=rX src/sub /d/", [". 755 5:6", "./b 644 5:6"]],
    [
      "--exclude",
      "COPY --exclude=skip --exclude=**/b src /d/",
      ["./a 640 0:0", "./link 777 0:0", "./sub 755 0:0"],
    ],
    [
      "--parents",
      "COPY --parents src/sub/b /d/",
      ["./src 755 0:0", "./src/sub 755 0:0", "./src/sub/b 644 0:0"],
    ],
    ["a heredoc", "ENV v=x\nCOPY <<one <<'two' /d/\n$v\none\n$v\ntwo", ["./one 644 0:0", "./two 644 0:0"]],
    ["WORKDIR and a relative name", "WORKDIR /d/w\nCOPY src/a .", ["./w 755 0:0", "./w/a 640 0:0"]],
    ["--link", "COPY --link src/a /d/", ["./a 640 0:0"]],
  ] as const) {
    test(name, async () => {
      const found = (await listing(instructions)).split("\n");
      assert.deepEqual(
        found.filter((line) => line !== ". 755 0:0"),
        expected,
      );
    });
  }

  test("an ignore file hides files, and says so", async () => {
    const ignored = { ".dockerignore": "src\n!src/sub\n" };
    assert.deepEqual(
      await listing("COPY . /d", ignored),
      ". 755 0:0\n./.dockerignore 644 0:0\n./Dockerfile 644 0:0\n./README.md 644 0:0\n./src 755 0:0\n./src/sub 755 0:0\n./src/sub/b 644 0:0",
    );
    const directory = context("FROM scratch\nCOPY README.md /\n", { ...files, ".dockerignore": "*.md" });
    assert.equal(
      (await build(directory)).stderr,
      `Error: building at STEP "COPY README.md /": "/README.md": no such file or directory (1 filtered out using ${directory}/.dockerignore)\n`,
    );
  });

  test("a link in the image's path is followed beneath its root; the context's never out of it", async () => {
    const directory = context(
      "FROM localhost/base\nRUN ln -s /../../real /app && mkdir /real\nCOPY src/a /app/\nRUN ls /real\n",
      files,
    );
    const { code, stdout, stderr } = await build(directory);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^a$/m);
    symlinkSync("/etc/passwd", join(directory, "out"));
    writeFileSync(join(directory, "Dockerfile"), "FROM scratch\nCOPY out /\n");
    assert.equal(
      (await build(directory, "-q")).stderr,
      'Error: building at STEP "COPY out /": "/out": not found\n',
    );
  });
});

describe("stages", () => {
  test("run side by side, are told of one after the other, and unneeded ones never run", async () => {
    const directory = context(
      [
        "FROM localhost/base AS one",
        "RUN sleep 1; echo one > /one",
        "FROM localhost/base AS two",
        "RUN sleep 1; echo two > /two",
        "FROM localhost/base AS never",
        "RUN exit 1",
        "FROM scratch",
        "COPY --from=one /one /",
        "COPY --from=two /two /",
      ].join("\n"),
    );
    const begun = Date.now();
    const { code, stdout, stderr } = await build(directory, "-t", "stages");
    assert.equal(code, 0, stderr);
    assert.ok(Date.now() - begun < 6000);
    assert.match(
      stdout,
      /^\[1\/3\] STEP 1\/2: FROM localhost\/base AS one\n.*\[2\/3\] STEP 1\/2.*\[3\/3\] STEP 3\/3/s,
    );
    assert.equal(await host.ok(["image", "inspect", "--format", "{{len .RootFS.Layers}}", "stages"]), "2");
  });

  test("an inner directory that is there takes owner and mode of the one that comes over it", async () => {
    const directory = context(
      "FROM localhost/base\nRUN mkdir -p /x/sub && chown 5:6 /x /x/sub && chmod 777 /x/sub\nCOPY d /x\n",
      { "d/sub/f": "f" },
    );
    const { stdout } = await build(directory, "-q");
    assert.equal(
      await inImage(stdout.trim(), "stat", "-c", "%n %u:%g %a", "/x", "/x/sub"),
      "/x 5:6 755\n/x/sub 0:0 755",
    );
  });

  test("one that is not needed may name what there is not", async () => {
    const directory = context("FROM scratch AS a\nCOPY --from=b x /\nFROM scratch AS b\nLABEL x=1\n");
    assert.equal((await build(directory, "-q")).code, 0);
  });

  test("--target builds one", async () => {
    const directory = context("FROM scratch AS a\nLABEL x=1\nFROM nowhere.invalid/never\n");
    const { code, stdout } = await build(directory, "-q", "--identity-label=false", "--target", "A");
    assert.equal(code, 0);
    assert.deepEqual((await configOf(stdout.trim())).Labels, { x: "1" });
  });
});

describe("the image", () => {
  test("its settings", async () => {
    const directory = context(
      [
        "FROM localhost/base",
        "ARG v=1",
        "ENV a=$v b='two words' PATH=/x:$PATH",
        "LABEL l=$a",
        "USER 5",
        "WORKDIR /w",
        "EXPOSE 80 53/udp",
        "VOLUME /data",
        "STOPSIGNAL TERM",
        'SHELL ["/bin/ash", "-c"]',
        "ENTRYPOINT echo hi",
        'CMD ["c"]',
        "HEALTHCHECK --interval=5s CMD true",
        "ONBUILD RUN touch triggered",
      ].join("\n"),
    );
    const { stdout, stderr } = await build(
      directory,
      "-q",
      "-t",
      "settings",
      "--label",
      "more=m",
      "--identity-label=false",
    );
    assert.equal(stderr, "");
    const config = await configOf(stdout.trim());
    assert.deepEqual(config.Env, [
      "PATH=/x:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      "a=1",
      "b=two words",
    ]);
    assert.deepEqual(config.Labels, { l: "1", more: "m" });
    assert.deepEqual(config.Entrypoint, ["/bin/ash", "-c", "echo hi"]);
    assert.deepEqual(config.Cmd, ["c"]);
    assert.equal(config.User, "5");
    assert.equal(config.WorkingDir, "/w");
    assert.deepEqual(config.ExposedPorts, { "53/udp": {}, "80/tcp": {} });
    assert.equal(config.StopSignal, "TERM");
    const { stdout: child } = await build(context("FROM settings\nENTRYPOINT []\n"), "-q");
    assert.equal(await inImage(child.trim(), "ls", "/w/triggered"), "/w/triggered");
    assert.match((await build(context("FROM settings\n"))).stdout, /STEP 2\/2: RUN touch triggered\n/);
  });

  test("--timestamp: the same image twice, bit for bit", async () => {
    const directory = context(
      "FROM localhost/base\nRUN date > /dev/null; mkdir /d; echo x > /d/x\nCOPY Dockerfile /\n",
    );
    const flags = ["-q", "--no-cache", "--timestamp", "1000000000"];
    const [first, second] = [await build(directory, ...flags), await build(directory, ...flags)];
    assert.equal(first.stderr, "");
    assert.equal(first.stdout, second.stdout);
    assert.equal(await inImage(first.stdout.trim(), "stat", "-c", "%Y", "/d/x"), "1000000000");
  });

  test("has no blobs until it is saved, and is the same image then", async () => {
    const directory = context(
      "FROM localhost/base\nRUN echo once > /once; rm /etc/group\nCOPY Dockerfile /\n",
    );
    const { stdout } = await build(directory, "-q", "-t", "saved");
    const blobs = () => readdirSync(join(host.dataDirectory, "tspod/images/blobs/sha256")).length;
    const before = blobs();
    const file = join(host.directory, "saved.tar");
    await host.ok(["save", "-o", file, "saved"]);
    assert.equal(blobs(), before);
    assert.equal(await host.ok(["system", "check"]), "");
    await host.ok(["rmi", "saved"]);
    await host.ok(["load", "-i", file]);
    assert.equal(await host.ok(["image", "inspect", "--format", "{{.Id}}", "saved"]), stdout.trim());
    assert.equal(
      await inImage("saved", "sh", "-c", "cat /once; ls /etc/group 2>&1 || :"),
      "once\nls: /etc/group: No such file or directory",
    );
    const registry = await startUploadRegistry();
    try {
      await host.ok(["push", "-q", "--tls-verify=false", "saved", `${registry.address}/saved:1`]);
    } finally {
      await registry.close();
    }
  });
});

describe("RUN --mount", () => {
  test("cache, bind, tmpfs, secret: what is mounted leaves nothing in the layer", async () => {
    const secret = join(host.directory, "secret");
    writeFileSync(secret, "s3cret");
    const directory = context(
      [
        "FROM localhost/base",
        "RUN --mount=type=cache,target=/cache/deep echo kept >> /cache/deep/f",
        "RUN --mount=type=cache,target=/cache/deep --mount=type=bind,source=src,target=/b --mount=type=tmpfs,target=/t" +
          " --mount=type=secret,id=s --mount=type=secret,id=s,env=S cat /cache/deep/f /b/a /run/secrets/s; echo; echo $S; touch /t/x",
      ].join("\n"),
      { "src/a": "bound\n" },
    );
    const { code, stdout, stderr } = await build(directory, "--secret", `id=s,src=${secret}`);
    assert.equal(code, 0, stderr);
    const lines = stdout.split("\n");
    const id = lines.at(-2) ?? "";
    assert.deepEqual(lines.slice(4, 8), ["kept", "bound", "s3cret", "s3cret"]);
    assert.equal(
      await inImage(id, "sh", "-c", "ls -d /cache /b /t /run/secrets 2>/dev/null || echo none"),
      "none",
    );
    const layers = await host.ok(["image", "inspect", "--format", "{{json .RootFS.Layers}}", id]);
    const empty = "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef";
    assert.deepEqual((JSON.parse(layers) as string[]).slice(1), [empty, empty]);
  });
});

describe("the cache", () => {
  test("goes by content: a new time or clone hits, a changed file misses from there on", async () => {
    const dockerfile = "FROM localhost/base\nCOPY a /\nRUN echo ran\nCOPY b /\n";
    const first = context(dockerfile, { a: "1", b: "1" });
    await build(first);
    const clone = context(dockerfile, { a: "1", b: "2" });
    const { stdout } = await build(clone);
    assert.equal(stdout.match(/Using cache/g)?.length, 2);
    assert.doesNotMatch(stdout, /^ran$/m);
  });

  test("a build that is killed keeps the steps that were done, and leaves nothing else", async () => {
    const directory = context("FROM localhost/base\nRUN echo done > /done\nRUN echo begun; sleep 100\n");
    const running = host.start(["build", "--network", "none", directory]);
    await running.saw(/^begun$/m);
    running.child.kill("SIGKILL");
    await until(
      () => ![...host.processes().values()].some((line) => line.includes("tspod-monitor")),
      "the end of the step's monitor",
    );
    writeFileSync(join(directory, "Dockerfile"), "FROM localhost/base\nRUN echo done > /done\n");
    const { stdout } = await build(directory);
    assert.match(stdout, /Using cache/);
    assert.deepEqual(readdirSync(join(host.dataDirectory, "tspod/tmp")), []);
    assert.deepEqual(
      readdirSync(host.runtimeDirectory, { recursive: true }).filter((name) =>
        String(name).includes("workshop"),
      ),
      [],
    );
  });
});

describe("buildah's variables", () => {
  const directory = context("FROM localhost/base\nRUN echo once > /once\n");
  const withVariables = (env: Readonly<Record<string, string>>, ...flags: string[]) =>
    host.tspod(["build", "--network", "none", ...flags, directory], { env });

  test("BUILDAH_LAYERS says whether the cache counts, unless a flag does", async () => {
    await build(directory);
    for (const [value, flags, isCached] of [
      ["false", [], false],
      ["0", [], false],
      ["true", [], true],
      ["false", ["--layers"], true],
      ["1", ["--layers=false"], false],
    ] as const) {
      const { code, stdout, stderr } = await withVariables({ BUILDAH_LAYERS: value }, ...flags);
      assert.deepEqual([code, stderr], [0, ""]);
      assert.equal(stdout.includes("Using cache"), isCached, `${value} ${flags.join(" ")}`);
    }
  });

  test("BUILDAH_FORMAT is the format, unless a flag says one", async () => {
    const typeOf = async (...flags: string[]) => {
      const { stdout } = await withVariables({ BUILDAH_FORMAT: "docker" }, "-q", ...flags);
      return host.ok(["image", "inspect", "--format", "{{.ManifestType}}", stdout.trim()]);
    };
    assert.equal(await typeOf(), "application/vnd.docker.distribution.manifest.v2+json");
    assert.equal(await typeOf("--format", "oci"), "application/vnd.oci.image.manifest.v1+json");
    assert.deepEqual(await withVariables({ BUILDAH_FORMAT: "x" }), {
      code: 125,
      stdout: "",
      stderr: 'Error: $BUILDAH_FORMAT: unrecognized image type "x": oci or docker\n',
    });
  });
});

test("flags that exclude each other, and an image that is not there", async () => {
  const directory = context("FROM localhost/nothing-of-this-name:x\n");
  for (const [flags, message] of [
    [["--network=none", "--dns=example.com"], "the --dns option cannot be used with --network=none"],
    [["--network=none", "--dns-search=x"], "the --dns-search option cannot be used with --network=none"],
    [
      ["--network=none", "--isolation=chroot"],
      "cannot set --network other than host with --isolation chroot",
    ],
    [["--pull=never"], "creating build container: localhost/nothing-of-this-name:x: image not known"],
  ] as const)
    assert.deepEqual(await host.tspod(["build", ...flags, directory]), {
      code: 125,
      stdout: "",
      stderr: `Error: ${message}\n`,
    });
});

test("an argument that an ENV takes the place of changes nothing: neither the image nor its history", async () => {
  const directory = context("FROM localhost/base\nARG a\nARG b\nENV a=env\nRUN echo $a $b > /x\n");
  const built = async (...args: string[]) =>
    (
      await host.ok([
        "build",
        "-q",
        "--network",
        "none",
        ...args.flatMap((arg) => ["--build-arg", arg]),
        directory,
      ])
    )
      .split("\n")
      .at(-1) ?? "";
  const first = await built("a=1", "b=2");
  assert.equal(await built("a=3", "b=2"), first);
  assert.notEqual(await built("a=3", "b=4"), first);
  const history = await host.ok(["history", "--no-trunc", "--format", "{{.CreatedBy}}", first]);
  assert.equal(history.split("\n")[0], "|1 b=2 /bin/sh -c echo $a $b > /x");
});
