import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, afterEach, describe, test } from "node:test";
import { makeImage } from "../support/image.ts";
import { answerError, type Registry, startRegistry } from "../support/registry.ts";
import { startUploadRegistry } from "../support/upload-registry.ts";
import { makeWorld } from "../support/world.ts";

// What is tried again, how often, and how long after.
const world = await makeWorld({ images: {} });
const target = await startUploadRegistry();
const { host, registry } = world;
after(async () => {
  await target.close();
  await world.close();
});
const image = makeImage({ layers: [[{ path: "x", content: "y" }]] });
registry.add("app", "latest", image);
const NAME = "test.localhost/app";
await host.ok(["pull", "-q", NAME]);

afterEach(() => {
  registry.intercept(undefined);
  target.intercept(undefined);
});

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const unavailable: Answer = (_, response) =>
  answerError(response, 503, { code: "UNAVAILABLE", message: "not now" });
const busy: Answer = (_, response) => {
  response.setHeader("retry-after", "1");
  answerError(response, 429, { code: "TOOMANYREQUESTS", message: "slow down" });
};
const cut: Answer = (_, response) => {
  response.writeHead(200, { "content-type": image.manifest.mediaType, "content-length": 1000 });
  response.write("{", () => response.destroy());
};

/**
 * The first requests for such a path get another answer. @returns the times of all of them, in milliseconds
 */
function failing(path: RegExp, times: number, answer: Answer = unavailable): number[] {
  const asked: number[] = [];
  const intercept = (request: IncomingMessage, response: ServerResponse): boolean => {
    if (!path.test(`${request.method} ${request.url}`)) return false;
    asked.push(performance.now());
    if (asked.length > times) return false;
    answer(request, response);
    return true;
  };
  registry.intercept(intercept);
  target.intercept(intercept);
  return asked;
}

const pauses = (times: readonly number[]): number[] =>
  times.slice(1).map((time, at) => time - (times[at] ?? 0));

const MANIFEST = /GET .*\/manifests\/latest$/;
const QUICK = ["--retry-delay", "10ms"];

test("three times, as Podman, and each time later", async () => {
  const asked = failing(MANIFEST, 3);
  const { code, stderr } = await host.tspod(["pull", NAME]);
  assert.equal(code, 0, stderr);
  for (const line of ["in 0.5s ... (1/3)", "in 1s ... (2/3)", "in 2s ... (3/3)"])
    assert.ok(
      stderr.includes(
        `Failed, retrying ${line}. Error: initializing source docker://test.localhost/app:latest: unavailable: not now\n`,
      ),
      stderr,
    );
  const [first = 0, second = 0, third = 0] = pauses(asked);
  assert.ok(first >= 490 && second >= 990 && third >= 1990, `${pauses(asked)}`);
});

describe("--retry and --retry-delay", () => {
  for (const retries of [0, 1, 4])
    test(`--retry ${retries}: that often and no more`, async () => {
      const asked = failing(MANIFEST, Infinity);
      const { code, stderr } = await host.tspod(["pull", "--retry", String(retries), ...QUICK, NAME]);
      assert.equal(code, 125);
      assert.equal(asked.length, retries + 1);
      assert.equal(stderr.match(/Failed, retrying in 0\.01s/g)?.length ?? 0, retries);
      assert.match(
        stderr,
        /\nError: unable to copy from source [^\n]*: initializing source .*: unavailable: not now\n$/,
      );
    });

  test("the delay stays the same", async () => {
    const asked = failing(MANIFEST, 3);
    await host.ok(["pull", "-q", "--retry-delay", "100ms", NAME]);
    for (const pause of pauses(asked)) assert.ok(pause >= 95 && pause < 490, `${pause} ms`);
    assert.equal(asked.length, 4);
  });

  test("what the server asks for goes before the delay", async () => {
    const asked = failing(MANIFEST, 1, busy);
    await host.ok(["pull", "-q", ...QUICK, NAME]);
    assert.ok((pauses(asked)[0] ?? 0) >= 990);
  });

  test("they stand in containers.conf, too, and the flag goes before", async () => {
    const conf = join(host.configDirectory, "retry.conf");
    writeFileSync(conf, '[engine]\ncgroup_manager = "cgroupfs"\nretry = 1\nretry_delay = "10ms"\n');
    for (const [args, count] of [
      [[], 2],
      [["--retry", "2"], 3],
    ] as const) {
      const asked = failing(MANIFEST, Infinity);
      const { code } = await host.tspod(["pull", "-q", ...args, NAME], { env: { CONTAINERS_CONF: conf } });
      assert.deepEqual([code, asked.length], [125, count]);
    }
  });

  for (const [flag, message] of [
    [
      "--retry=-1",
      'invalid argument "-1" for "--retry" flag: strconv.ParseUint: parsing "-1": invalid syntax',
    ],
    ["--retry=x", 'invalid argument "x" for "--retry" flag: strconv.ParseUint: parsing "x": invalid syntax'],
    ["--retry-delay=soon", 'time: invalid duration "soon"'],
    ["--retry-delay=-1s", '--retry-delay "-1s": must not be negative'],
  ] as const)
    test(`${flag} is refused`, async () => {
      const asked = failing(/./, 0);
      for (const command of ["pull", "push"]) {
        const { code, stderr } = await host.tspod([command, flag, NAME]);
        assert.equal(code, 125);
        assert.match(stderr, /^Error: [^\n]*\n/);
        assert.ok(stderr.includes(message), stderr);
      }
      assert.deepEqual(asked, []);
    });
});

describe("what is tried again", () => {
  test("a manifest that is cut", async () => {
    const asked = failing(MANIFEST, 2, cut);
    const { code, stderr } = await host.tspod(["pull", ...QUICK, NAME]);
    assert.equal(code, 0, stderr);
    assert.equal(asked.length, 3);
    assert.match(
      stderr,
      /\(2\/3\)\. Error: initializing source \S+: Get "http:\/\/127\.0\.0\.1:\d+\/v2\/app\/manifests\/latest": unexpected EOF\n/,
    );
  });

  test("the registry's list of tags", async () => {
    registry.intercept(undefined);
    const asked: number[] = [];
    registry.intercept((request, response) => {
      if (!request.url?.endsWith("/tags/list")) return false;
      asked.push(0);
      if (asked.length > 1) response.end(JSON.stringify({ name: "app", tags: ["latest"] }));
      else unavailable(request, response);
      return true;
    });
    await host.ok(["pull", "-q", "--all-tags", ...QUICK, NAME]);
    assert.equal(asked.length, 2);
  });

  for (const [what, path] of [
    ["the question for a blob", /^HEAD .*\/blobs\//],
    ["the beginning of an upload", /^POST .*\/uploads\//],
    ["an upload", /^PUT .*\/uploads\//],
    ["a manifest", /^PUT .*\/manifests\//],
  ] as const)
    test(`of a push: ${what}`, async () => {
      target.blobs.clear();
      const to = ["--tls-verify=false", NAME, `${target.address}/app`];
      failing(path, Infinity);
      const { code, stderr } = await host.tspod(["push", "-q", "--retry", "1", ...QUICK, ...to]);
      assert.equal(code, 125);
      assert.match(stderr, /: unavailable: not now|unexpected HTTP status 503/);
      failing(path, 2);
      await host.ok(["push", "-q", "--retry", "2", ...QUICK, ...to]);
    });

  test("what the registry does not have is not asked for again", async () => {
    const asked = failing(/GET .*\/manifests\//, 0);
    const { code } = await host.tspod(["pull", "-q", ...QUICK, `${NAME}:none`]);
    assert.deepEqual([code, asked.length], [125, 1]);
  });
});

describe("a registry that is not up", () => {
  /** A port that nobody listens at. */
  async function freePort(): Promise<number> {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const address = server.address();
    await new Promise((done) => server.close(done));
    return typeof address === "object" && address !== null ? address.port : assert.fail("no port");
  }

  test("is told at once", async () => {
    const name = `127.0.0.1:${await freePort()}/app`;
    const { code, stderr } = await host.tspod(["pull", "--tls-verify=false", name]);
    assert.equal(code, 125);
    assert.doesNotMatch(stderr, /retrying/);
    assert.match(stderr, /connection refused/);
  });

  test("is waited for with --retry", async () => {
    const port = await freePort();
    const name = `127.0.0.1:${port}/app`;
    const pull = host.start(["pull", "--retry", "100", "--retry-delay", "100ms", "--tls-verify=false", name]);
    await pull.saw(
      /Failed, retrying in 0\.1s \.\.\. \(2\/100\)\. Error: initializing source \S+: pinging container registry/,
    );
    const late: Registry = await startRegistry(port);
    late.add("app", "latest", image);
    const { code, stderr } = await pull.ended;
    await late.close();
    assert.equal(code, 0, stderr);
  });
});
