import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;
const pathOf = (name: string) => host.ok(["inspect", "--format", "{{.HostConfig.LogConfig.Path}}", name]);
const run = (name: string, options: readonly string[], script: string) =>
  host.tspod([
    ...[
      "run",
      "--name",
      name,
      "--log-driver",
      "json-file",
      ...options.flatMap((option) => ["--log-opt", option]),
    ],
    ...[IMAGE, "sh", "-c", script],
  ]);

test("json-file: docker's lines", async () => {
  const script = String.raw`printf 'a "b" \\ \t\001 ä\n'; printf 'bad \377\n'; printf 'no end'; echo err >&2`;
  await run("lines", [], `${script}; sleep 0.1`);
  const records = readFileSync(await pathOf("lines"), "utf8")
    .trim()
    .split("\n");
  const parsed = records.map((line) => JSON.parse(line) as Record<string, string>);
  const texts = (stream: string) => parsed.filter((record) => record.stream === stream).map(({ log }) => log);
  assert.equal(texts("stdout").join(""), 'a "b" \\ \t\u0001 ä\nbad \ufffd\nno end');
  assert.deepEqual(texts("stderr"), ["err\n"]);
  for (const { time } of parsed) assert.match(time ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
  const shown = await host.tspod(["logs", "lines"]);
  assert.deepEqual(shown, { code: 0, stdout: 'a "b" \\ \t\u0001 ä\nbad \ufffd\nno end', stderr: "err\n" });
});

test("json-file: rotation keeps max-file files, logs reads through them", async () => {
  await run(
    "rotated",
    ["max-size=10k", "max-file=3"],
    "i=0; while [ $i -lt 2000 ]; do echo line $i; i=$((i+1)); done",
  );
  const path = await pathOf("rotated");
  for (const suffix of ["", ".1", ".2"]) {
    const { size } = statSync(`${path}${suffix}`);
    assert.ok(size > 0 && size < 10 * 1024 + 200, `${suffix}: ${size}`);
  }
  assert.ok(!existsSync(`${path}.3`));
  const lines = (await host.ok(["logs", "rotated"])).split("\n");
  assert.equal(lines.at(-1), "line 1999");
  assert.ok(lines.length > 250, `${lines.length}`);
  const first = 2000 - lines.length;
  assert.deepEqual(
    lines,
    Array.from({ length: lines.length }, (_, index) => `line ${first + index}`),
  );
  assert.equal(await host.ok(["logs", "--tail", "2", "rotated"]), "line 1998\nline 1999");
});

test("json-file: logs -f goes on through rotation", async () => {
  const script = "i=0; while [ $i -lt 60 ]; do echo line $i; i=$((i+1)); sleep 0.02; done";
  const options = [
    "--log-driver",
    "json-file",
    "--log-opt",
    "max-size=2k",
    "--log-opt",
    `path=${join(host.directory, "followed.log")}`,
  ];
  await host.ok([
    "run",
    "-d",
    "--name",
    "followed",
    ...options,
    "--log-opt",
    "max-file=5",
    IMAGE,
    "sh",
    "-c",
    script,
  ]);
  const lines = (await host.ok(["logs", "-f", "followed"])).split("\n");
  assert.deepEqual(
    lines,
    Array.from({ length: 60 }, (_, index) => `line ${index}`),
  );
});

test("json-file: a max-file that is no number", async () => {
  const { code, stderr } = await run("odd", ["max-file=many"], "true");
  assert.equal(code, 125);
  assert.match(stderr, /^Error: invalid max-file "many"/);
});
