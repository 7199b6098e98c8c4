import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { makeContext } from "../support/build-context.ts";
import { startGitServer } from "../support/git-server.ts";
import { makeHost } from "../support/host.ts";
import { sha256 } from "../support/image.ts";
import { tarArchive } from "../support/tar-archive.ts";

const host = makeHost();
const { address, served, git, makeRepository, commit, publish, close } = await startGitServer(host.directory);
after(async () => {
  close();
  await host.close();
});

/** Build without a base image, and list what came out. */
async function outputOf(args: readonly string[], input?: string | Uint8Array): Promise<string> {
  const out = join(host.directory, `out-${Math.random()}`);
  const { code, stderr } = await host.tspod(
    ["build", "-q", "-o", out, ...args],
    input === undefined ? {} : { input },
  );
  assert.equal(code, 0, stderr);
  return execFileSync("sh", ["-c", "find . -type f | sort | xargs -r stat -c '%n %a %Y'"], {
    cwd: out,
    encoding: "utf8",
  });
}

const DOCKERFILE = "FROM scratch\nCOPY a /\n";
const tar = tarArchive([
  { path: "Dockerfile", content: Buffer.from(DOCKERFILE) },
  { path: "a", content: Buffer.from("1"), mode: 0o600 },
  { path: "sub/Dockerfile", content: Buffer.from("FROM scratch\nCOPY b /\n") },
  { path: "sub/b", content: Buffer.from("2") },
]);

test("a Containerfile is fetched from the URL that --file names", async () => {
  const directory = makeContext(host, "FROM nothing-of-this-name\n");
  writeFileSync(join(directory, "a"), "1", { mode: 0o644 });
  writeFileSync(join(served, "Containerfile"), "FROM scratch\nCOPY a /\n");
  const url = `${address}/Containerfile`;
  assert.match(await outputOf(["-f", url, directory]), /^\.\/a 644 \d+\n$/);
  for (const [args, message] of [
    [
      ["-f", `${address}/none`, directory],
      `downloading ${address}/none: the server answered with status 404`,
    ],
    [["-f", url], `no context directory: "${url}" has none, give one as the operand`],
  ] as const) {
    const { code, stdout, stderr } = await host.tspod(["build", ...args]);
    assert.deepEqual([code, stdout, stderr], [125, "", `Error: ${message}\n`]);
  }
});

describe("contexts", () => {
  test("a Dockerfile from stdin has no context", async () => {
    assert.equal(await outputOf(["-"], "FROM scratch\nCOPY <<x /x\ny\nx\n"), "./x 644 0\n");
    const { stderr } = await host.tspod(["build", "-"], { input: DOCKERFILE });
    assert.equal(
      stderr,
      'Error: building at STEP "COPY a /": there is no context to take files from: give a directory as the operand\n',
    );
  });

  test("-f - beside a context", async () => {
    const directory = makeContext(host, "FROM nowhere.invalid/x\n", { a: "1" });
    assert.match(await outputOf(["-f", "-", directory], DOCKERFILE), /^\.\/a 644 /);
  });

  test("a tar from stdin, plain and compressed", async () => {
    assert.match(await outputOf(["-"], tar), /^\.\/a 600 /);
    assert.match(await outputOf(["-"], execFileSync("gzip", { input: tar })), /^\.\/a 600 /);
    assert.match(await outputOf(["-f", "sub/Dockerfile", "-"], tar).catch(String), /not found/);
  });

  test("a tar whose files belong to ids that no user here has", async () => {
    const owned = tarArchive([
      { path: "Dockerfile", content: Buffer.from(DOCKERFILE), uid: 1111149, gid: 1111150 },
      { path: "a", content: Buffer.from("1"), mode: 0o600, uid: 1111149, gid: 5 },
    ]);
    assert.match(await outputOf(["-"], owned), /^\.\/a 600 /);
    writeFileSync(join(served, "owned.tar"), owned);
    assert.match(await outputOf([`${address}/owned.tar`]), /^\.\/a 600 /);
  });

  test("several -f are one Dockerfile", async () => {
    const directory = makeContext(host, "", { first: "FROM scratch AS one\nCOPY a /\n", a: "1" });
    const second = join(host.directory, "second");
    writeFileSync(second, "FROM scratch\nCOPY --from=one a /b\nCOPY a /c\n");
    const files = ["-f", join(directory, "first"), "-f", second];
    assert.match(await outputOf([...files, directory]), /^\.\/b 644 \d+\n\.\/c 644 \d+\n$/);
    assert.match(
      await outputOf(["-f", second, "-f", join(directory, "first"), directory]),
      /^\.\/a 644 \d+\n$/,
    );
    // Without an operand the context is the first one's directory.
    const out = join(host.directory, "out-several");
    assert.equal((await host.tspod(["build", "-q", "-o", out, ...files])).code, 0);
  });

  test("a URL of a tar, and of a Dockerfile", async () => {
    writeFileSync(join(served, "context.tar"), tar);
    writeFileSync(join(served, "plain"), "FROM scratch\nCOPY <<x /x\ny\nx\n");
    assert.match(await outputOf([`${address}/context.tar`]), /^\.\/a 600 /);
    assert.equal(await outputOf([`${address}/plain`]), "./x 644 0\n");
    const { code, stderr } = await host.tspod(["build", `${address}/nothing`]);
    assert.equal(code, 125);
    assert.equal(stderr, `Error: downloading ${address}/nothing: the server answered with status 404\n`);
  });

  test("a hostile tar changes nothing outside", async () => {
    for (const name of ["../evil", "/../evil", "x/../../evil"]) {
      const hostile = tarArchive([
        { path: "Dockerfile", content: Buffer.from("FROM scratch\nCOPY . /\n") },
        { path: name, content: Buffer.from("x") },
      ]);
      const { code } = await host.tspod(["build", "-q", "-"], { input: hostile });
      assert.equal(statSync(join(host.dataDirectory, "tspod/evil"), { throwIfNoEntry: false }), undefined);
      assert.ok(code === 0 || code === 125);
    }
    const link = tarArchive([
      { path: "Dockerfile", content: Buffer.from("FROM scratch\nCOPY l/passwd /\n") },
      { path: "l", type: "symlink", linkTo: "/etc" },
    ]);
    const { code, stderr } = await host.tspod(["build", "-q", "-"], { input: link });
    assert.deepEqual(
      [code, stderr],
      [125, 'Error: building at STEP "COPY l/passwd /": "/l/passwd": not found\n'],
    );
  });
});

describe("named contexts", () => {
  test("the URL of a tar, and a repository", async () => {
    const tar = tarArchive([{ path: "named/in-tar", content: Buffer.from("t") }]);
    writeFileSync(join(served, "named.tar"), tar);
    const work = makeRepository("named", { "in-repository": "r" });
    commit(work);
    publish("named", work);
    const directory = makeContext(
      host,
      "FROM scratch\nCOPY --from=archive named /\nCOPY --from=repository . /\n",
    );
    const named = [`archive=${address}/named.tar`, `repository=${address}/named.git`];
    const listed = await outputOf([...named.flatMap((each) => ["--build-context", each]), directory]);
    assert.match(listed, /^\.\/in-repository 644 \d+\n\.\/in-tar 644 \d+\n$/);
  });

  test("one stands for the stage of its name, by number too", async () => {
    const lines = [
      "FROM scratch AS Named",
      "COPY a /",
      "FROM scratch",
      "COPY --from=0 b /n",
      "COPY --from=named b /",
    ];
    const directory = makeContext(host, `${lines.join("\n")}\n`, { a: "1" });
    const other = makeContext(host, "", { b: "2" });
    assert.match(
      await outputOf(["--build-context", `named=${other}`, directory]),
      /^\.\/b 644 \d+\n\.\/n 644 \d+\n$/,
    );
  });

  test("what is no tree is refused", async () => {
    writeFileSync(join(served, "text"), "FROM scratch\n");
    const directory = makeContext(host, DOCKERFILE, { a: "1" });
    const text = `x=${address}/text`;
    assert.deepEqual(await host.tspod(["build", "-q", "--build-context", text, directory]), {
      code: 125,
      stdout: "",
      stderr: `Error: --build-context ${text}: what the URL gives is no tar\n`,
    });
  });
});

describe("git", () => {
  const work = makeRepository("r", {
    Dockerfile: DOCKERFILE,
    a: "1",
    "sub/Dockerfile": "FROM scratch\nCOPY b /\n",
    "sub/b": "2",
  });
  symlinkSync("/etc", join(work, "out"));
  git(work, "add", ".");
  commit(work);
  git(work, "tag", "v1");
  writeFileSync(join(work, "a2"), "2");
  writeFileSync(join(work, "Dockerfile"), "FROM scratch\nCOPY a2 /\n");
  git(work, "add", ".");
  const latest = commit(work);
  publish("r", work);

  for (const [fragment, expected] of [
    ["", /^\.\/a2 644 /],
    ["#v1", /^\.\/a 644 /],
    ["#main:sub", /^\.\/b 644 /],
    ["#:sub", /^\.\/b 644 /],
  ] as const) {
    test(`a repository as the context: ${fragment}`, async () => {
      assert.match(await outputOf([`${address}/r.git${fragment}`]), expected);
    });
  }

  for (const [operand, message] of [
    [`${address}/r.git#main:out`, /^Error: "\/out": not found\n$/],
    [`${address}/r.git#--upload-pack=touch`, /is no name of a repository, branch, tag or commit\n$/],
    [`${address}/r.git#nowhere`, /^Error: git: .*\n$/],
  ] as const) {
    test(`${operand.replace(address, "")} is refused`, async () => {
      const { code, stderr } = await host.tspod(["build", operand]);
      assert.equal(code, 125);
      assert.match(stderr, message);
    });
  }

  test("ADD of a repository, whose commit is checked", async () => {
    const dockerfile = `FROM scratch\nADD ${address}/r.git#v1 /src/\n`;
    assert.match(
      await outputOf([makeContext(host, dockerfile)]),
      /^\.\/src\/Dockerfile 644 .*\n\.\/src\/a 644 /,
    );
    const checked = `FROM scratch\nADD --checksum=${latest.slice(0, 12)} ${address}/r.git /src/\n`;
    assert.match(await outputOf([makeContext(host, checked)]), /src\/a2 644/);
    const { stderr } = await host.tspod([
      "build",
      makeContext(host, `FROM scratch\nADD --checksum=0123456789 ${address}/r.git /src/\n`),
    ]);
    assert.equal(
      stderr,
      `Error: building at STEP "ADD --checksum=0123456789 ${address}/r.git /src/": checksum of "${address}/r.git" is ${latest}, not 0123456789\n`,
    );
  });
});

describe("ADD of a URL", () => {
  writeFileSync(join(served, "file.txt"), "content");
  writeFileSync(join(served, "archive.tar"), tar);
  const digest = sha256(Buffer.from("content"));

  for (const [name, instruction, expected] of [
    ["into a directory", `ADD ${address}/file.txt /d/`, "./d/file.txt 600 1445412480\n"],
    ["by another name", `ADD ${address}/file.txt /d`, "./d 600 1445412480\n"],
    [
      "--chmod, --checksum",
      `ADD --chmod=644 --checksum=${digest} ${address}/file.txt /d`,
      "./d 644 1445412480\n",
    ],
    ["an archive is not unpacked", `ADD ${address}/archive.tar /d/`, "./d/archive.tar 600 1445412480\n"],
  ] as const) {
    test(name, async () => {
      assert.equal(await outputOf([makeContext(host, `FROM scratch\n${instruction}\n`)]), expected);
    });
  }

  test("unless --unpack asks for it", async () => {
    const dockerfile = `FROM scratch\nADD --unpack=true ${address}/archive.tar /d/\n`;
    assert.match(await outputOf([makeContext(host, dockerfile)]), /^\.\/d\/Dockerfile 644 .*\n\.\/d\/a 600 /);
  });

  for (const [instruction, message] of [
    [
      `ADD ${address}/ /d/`,
      `cannot determine filename for source "${address}/": name the file in the destination`,
    ],
    [
      `ADD --checksum=sha256:00 ${address}/file.txt /d`,
      `checksum of "${address}/file.txt" is ${digest}, not sha256:00`,
    ],
  ] as const) {
    test(`${instruction.replace(address, "")} is refused`, async () => {
      const { code, stderr } = await host.tspod([
        "build",
        makeContext(host, `FROM scratch\n${instruction}\n`),
      ]);
      assert.deepEqual(
        [code, stderr.split("\n").at(-2)],
        [125, `Error: building at STEP "${instruction}": ${message}`],
      );
    });
  }
});
