import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { after, describe, test } from "node:test";
import { runProgram, TSPOD, until } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;
await host.ok([
  "run",
  "--name",
  "said",
  IMAGE,
  "sh",
  "-c",
  "echo one; sleep 0.2; echo two >&2; sleep 0.2; echo three",
]);
const TIME = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}(?:[+-]\d\d:\d\d|Z)`;

test("stdout to stdout, stderr to stderr", async () => {
  assert.deepEqual(await host.tspod(["logs", "said"]), {
    code: 0,
    stdout: "one\nthree\n",
    stderr: "two\n",
  });
});

describe("--tail", () => {
  for (const [count, expected] of [
    ["0", ""],
    ["1", "three"],
    ["2", "three"],
    ["3", "one\nthree"],
    ["100", "one\nthree"],
  ] as const) {
    test(count, async () => assert.equal(await host.ok(["logs", "--tail", count, "said"]), expected));
  }
});

test("a last line without its newline", async () => {
  await host.ok(["run", "--name", "unfinished", IMAGE, "printf", "one\\ntwo"]);
  assert.equal((await host.tspod(["logs", "unfinished"])).stdout, "one\ntwo");
  const path = await host.ok(["inspect", "-f", "{{.HostConfig.LogConfig.Path}}", "unfinished"]);
  assert.match(readFileSync(path, "utf8"), new RegExp(`^${TIME} stdout P two$`, "m"));
});

test("-t puts the time in front", async () => {
  const { stdout } = await host.tspod(["logs", "-t", "said"]);
  assert.match(stdout, new RegExp(`^${TIME} one\\n${TIME} three\\n`));
});

test("the file is in k8s-file format", async () => {
  const path = await host.ok(["inspect", "-f", "{{.HostConfig.LogConfig.Path}}", "said"]);
  const lines = readFileSync(path, "utf8").split("\n");
  assert.match(lines[0] ?? "", new RegExp(`^${TIME} stdout F one$`));
  assert.match(lines[1] ?? "", new RegExp(`^${TIME} stderr F two$`));
});

test("-f follows to the end of the container", async () => {
  await host.ok([
    "run",
    "-d",
    "--name",
    "talks",
    IMAGE,
    "sh",
    "-c",
    "for i in 1 2 3; do echo $i; sleep 0.3; done",
  ]);
  assert.equal(await host.ok(["logs", "-f", "talks"]), "1\n2\n3");
});

test("-f ends with its reader, though nothing more is printed", async () => {
  await host.ok(["run", "-d", "--name", "quiet", IMAGE, "sh", "-c", "echo ready; exec sleep 100"]);
  await until(async () => (await host.ok(["logs", "quiet"])) === "ready", "the line");
  const script = '{ "$@"; echo "ended with $?" >&2; } | grep -m 1 ready';
  const args = [TSPOD, "logs", "-f", "quiet"];
  const options = { env: host.env, cwd: host.directory, timeoutMs: 30_000 };
  assert.deepEqual(await runProgram("sh", ["-c", script, "sh", ...args], options), {
    code: 0,
    stdout: "ready\n",
    stderr: "ended with 141\n",
  });
  await host.ok(["rm", "-f", "-t", "0", "quiet"]);
});

test("--since and --until with a long --tail hold no log in memory", async () => {
  await host.ok(["create", "--name", "huge", IMAGE, "true"]);
  const path = await host.ok(["inspect", "-f", "{{.HostConfig.LogConfig.Path}}", "huge"]);
  writeFileSync(path, `${new Date().toISOString()} stdout F said\n`.repeat(600_000));
  // What it holds is looked at when the first line has come: the pipe is full, and it waits.
  const script = `{ sh -c 'echo $$ >pid; exec "$@"' sh "$@"; } | {
    head -c 1 >first; grep VmHWM /proc/$(cat pid)/status; wc -l; }`;
  const args = [TSPOD, "logs", "--since", "1h", "--until", "1h", "--tail", "590000", "huge"];
  const { stdout, stderr } = await runProgram("sh", ["-c", script, "sh", ...args], {
    env: host.env,
    cwd: host.directory,
  });
  assert.equal(stderr, "");
  const [, kilobytes = "", lines] = /^VmHWM:\s*(\d+) kB\n(\d+)\n$/.exec(stdout) ?? [];
  assert.equal(lines, "590000");
  assert.ok(Number(kilobytes) < 200_000, `${kilobytes} kB`);
  await host.ok(["rm", "huge"]);
});

test("--since and --until", async () => {
  assert.equal(await host.ok(["logs", "--since", "1h", "said"]), "one\nthree");
  assert.equal(await host.ok(["logs", "--until", "2001-01-01T00:00:00Z", "said"]), "");
  assert.equal(await host.ok(["logs", "--until", "1h", "said"]), await host.ok(["logs", "said"]));
});

test("a line longer than any buffer comes out in one piece", async () => {
  await host.ok([
    "run",
    "--name",
    "long",
    IMAGE,
    "sh",
    "-c",
    "head -c 100000 /dev/zero | tr '\\\\0' x; echo",
  ]);
  assert.equal((await host.ok(["logs", "long"])).length, 100_000);
});

test("--log-driver none", async () => {
  await host.ok(["run", "--name", "silent", "--log-driver", "none", IMAGE, "echo", "unheard"]);
  const result = await host.tspod(["logs", "silent"]);
  assert.equal(result.code, 125);
  assert.match(
    result.stderr,
    /^Error: .*this container is using the 'none' log driver, cannot read logs.*\n$/,
  );
});

for (const [size, shown] of [
  ["400MB", "400MB"],
  ["10m", "10MB"],
  ["1024", "1.024kB"],
  ["1536k", "1.536MB"],
] as const)
  test(`--log-opt max-size=${size} is ${shown}, as in Podman`, async () => {
    await host.ok(["create", "--name", "sized", "--log-opt", `max-size=${size}`, IMAGE, "true"]);
    assert.equal(await host.ok(["inspect", "-f", "{{.HostConfig.LogConfig.Size}}", "sized"]), shown);
    await host.ok(["rm", "sized"]);
  });

test("--log-opt max-size keeps the file small", async () => {
  await host.ok(["run", "--name", "capped", "--log-opt", "max-size=10k", IMAGE, "sh", "-c", "seq 20000"]);
  const path = await host.ok(["inspect", "-f", "{{.HostConfig.LogConfig.Path}}", "capped"]);
  assert.ok(readFileSync(path).length <= 10 * 1024);
  assert.match(await host.ok(["logs", "capped"]), /20000$/);
});

test("an unknown container", async () => {
  const result = await host.tspod(["logs", "nobody"]);
  assert.equal(result.code, 125);
  assert.equal(result.stderr, 'Error: no container with name or ID "nobody" found: no such container\n');
});
