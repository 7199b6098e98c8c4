// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the words of Dockerfiles

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { makeContext } from "../support/build-context.ts";
import { makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;
await host.ok(["tag", "test.localhost/busybox:latest", "localhost/base"]);
const build = (directory: string, ...flags: string[]) =>
  host.tspod(["build", "--network", "none", ...flags, directory]);

const TWO = [
  "FROM localhost/base AS one",
  "RUN echo first; echo second >&2",
  "FROM localhost/base",
  "COPY --from=one /etc/passwd /p",
  "RUN echo last",
].join("\n");

describe("the live view", () => {
  test("has a line for each stage at the end, cached steps folded", async () => {
    const directory = makeContext(host, TWO);
    const first = await build(directory, "--progress", "tty");
    assert.equal(first.code, 0, first.stderr);
    assert.match(first.stderr, /✔ \[one\] 1 step +\d+\.\ds\n/);
    assert.match(first.stderr, /✔ \[stage 1\] 2 steps +\d+\.\ds\n/);
    assert.match(first.stdout, /^COMMIT\n--> [0-9a-f]{12}\n[0-9a-f]{64}\n$/);
    const second = await build(directory, "--progress", "tty");
    assert.match(second.stderr, /✔ \[stage 1\] 2 steps \(2 cached\) +\d+\.\ds\n/);
  });

  test("shows of a step that fails its last lines, and where it stands", async () => {
    const directory = makeContext(
      host,
      "FROM localhost/base\n\nRUN echo so; \\\n  echo far; exit 3\nCMD x\n",
    );
    const { code, stderr } = await build(directory, "--progress", "tty");
    assert.equal(code, 3);
    assert.match(stderr, /✘ \[build\] 2\/3 RUN echo so; +echo far; exit 3/);
    assert.match(stderr, /------ the last lines of \[build\] RUN .*:\nso\nfar\n------\nDockerfile:3\n/);
    assert.match(
      stderr,
      / {3}3 \| >>> RUN echo so; \\\n +\^{14}\n {3}4 \| >>> +echo far; exit 3\n {3}5 \| +CMD x\n/,
    );
  });
});

describe("other forms", () => {
  test("rawjson: BuildKit's records", async () => {
    const { code, stdout, stderr } = await build(
      makeContext(host, TWO),
      "--no-cache",
      "--progress",
      "rawjson",
    );
    assert.equal(code, 0);
    assert.match(stdout, /^COMMIT\n/);
    const records = stderr
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, object[]>);
    const names = records
      .flatMap(({ vertexes = [] }) => vertexes)
      .flatMap((each) => ("name" in each ? [each.name] : []));
    assert.equal(names.includes("[one 2/2] RUN echo first; echo second >&2"), true);
    const logs = records.flatMap(({ logs = [] }) => logs) as { stream: number; data: string }[];
    assert.deepEqual(
      logs
        .map(({ stream, data }) => [stream, Buffer.from(data, "base64").toString()])
        .filter(([, text]) => text === "second\n"),
      [[2, "second\n"]],
    );
  });

  test("none prints the image alone; a word that is none is refused", async () => {
    const { stdout, stderr } = await build(makeContext(host, TWO), "--progress", "none", "-q");
    assert.match(stdout, /^[0-9a-f]{64}\n$/);
    assert.equal(stderr, "");
    const refused = await build(makeContext(host, TWO), "--progress", "loud");
    assert.equal(refused.code, 125);
    assert.match(refused.stderr, /^Error: .*"loud".*auto, plain, tty, rawjson, none/);
  });

  test("--graph: text, dot and svg, on stdout alone", async () => {
    const directory = makeContext(host, TWO);
    const text = await build(directory, "--graph", "text");
    assert.match(text.stdout, /^one {2}\d+\.\ds\n {2}FROM localhost\/base AS one\n {2}\S+ +RUN echo first/);
    assert.match(text.stdout, /\n\n1 {2}\d+\.\ds {2}needs one\n/);
    assert.match(text.stderr, /STEP 2\/2: RUN echo first/);
    const dot = await build(directory, "--graph", "dot");
    assert.match(dot.stdout, /^digraph build \{\n[\s\S]* {2}s0 -> s1\n\}\n$/);
    const svg = await build(directory, "--graph", "svg");
    assert.match(svg.stdout, /^<svg [\s\S]*<rect [\s\S]*<\/svg>\n$/);
  });
});

describe("why --build", () => {
  const directory = makeContext(
    host,
    "FROM localhost/base\nARG VERSION=1\nCOPY a b /d/\nRUN echo $VERSION > /v\nRUN --mount=target=/m cat /m/a\n",
    { a: "1", b: "1" },
  );
  const why = async (): Promise<string> =>
    (await host.ok(["why", "--build", directory])).split("\n").slice(1).join("\n");

  test("the first build, one that changes nothing, an argument, a file", async () => {
    await build(directory);
    assert.equal(await why(), "COPY a b /d/\n  it is the first build of this Dockerfile with this context");
    await build(directory);
    assert.equal(await why(), "every step came from the cache");
    await build(directory, "--build-arg", "VERSION=2");
    assert.equal(
      await why(),
      'RUN echo $VERSION > /v\n  the argument or variable VERSION has changed: from "1" to "2"',
    );
    writeFileSync(join(directory, "b"), "2");
    await build(directory, "--build-arg", "VERSION=2");
    assert.equal(await why(), "COPY a b /d/\n  the files that it takes have changed\n  changed: /d/b");
  });

  test("the instruction, the base, --no-cache, a pruned cache, a step that failed", async () => {
    const file = join(directory, "Dockerfile");
    const text = "FROM localhost/base\nRUN echo 1 > /x\n";
    writeFileSync(file, text);
    await build(directory);
    writeFileSync(file, text.replace("echo 1", "echo 2"));
    await build(directory);
    assert.equal(await why(), 'RUN echo 2 > /x\n  the instruction has changed: it was "RUN echo 1 > /x"');
    await build(directory, "--no-cache");
    assert.match(await why(), /\n {2}the build was asked not to use the cache/);
    await build(directory);
    await host.ok(["builder", "prune", "--force", "--all"]);
    await build(directory);
    assert.match(
      await why(),
      /\n {2}nothing that it depends on has changed: its result is not in the cache any more/,
    );
    writeFileSync(file, text.replace("localhost/base", "scratch").replace("RUN echo 1 > /x", "COPY a /x"));
    await build(directory);
    writeFileSync(file, "FROM localhost/base\nRUN exit 3\n");
    await build(directory);
    await build(directory);
    assert.equal(await why(), "RUN exit 3\n  it has failed the last time, and only what succeeds is kept");
  });

  test("of what was never built it is said so", async () => {
    const { code, stderr } = await host.tspod(["why", "--build", "/nowhere"]);
    assert.deepEqual([code, stderr], [125, 'Error: no build with the context "/nowhere" is known\n']);
  });
});

describe("a build whose command has failed, on pipes", () => {
  const text = "FROM localhost/base\nARG VERSION\nRUN echo $VERSION > /v\nRUN exit 3\n";
  const directory = makeContext(host, text);

  test("says which lines, and why steps before it were not cached", async () => {
    const failing = async (...flags: string[]) => {
      const { code, stderr } = await build(directory, "-q", ...flags);
      assert.equal(code, 3);
      return stderr;
    };
    const shown = [
      "Dockerfile:4",
      "--------------------",
      "   2 |     ARG VERSION",
      "   3 |     RUN echo $VERSION > /v",
      "   4 | >>> RUN exit 3",
      "           ^^^^^^^^^^",
      "   5 |",
      "--------------------",
    ];
    const last = 'Error: building at STEP "RUN exit 3": while running runtime: exit status 3';
    const lines = (...more: string[]) => [...shown, ...more, last, ""].join("\n");
    assert.equal(await failing("--build-arg", "VERSION=1"), lines());
    assert.equal(await failing("--build-arg", "VERSION=1"), lines());
    assert.equal(
      await failing("--build-arg", "VERSION=2"),
      lines(
        "not from the cache: RUN echo $VERSION > /v",
        '  the argument or variable VERSION has changed: from "1" to "2"',
      ),
    );
  });
});
