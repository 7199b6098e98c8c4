import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { makeWorld } from "../support/world.ts";
import { CASES, type DockerfileCase, makeCaseContext } from "./corpus/cases.ts";
import { DIFFERENCES } from "./corpus/differences.ts";
import { comparedConfig, type Outcome, readTree, type Tree, treeChanges } from "./corpus/outcome.ts";

/*
 * The corpus of test/build/corpus: tspod makes of each Dockerfile what BuildKit has made of it, or stands in
 * the table of differences with a reason.
 */

const world = await makeWorld();
after(() => world.close());
const { host } = world;
await host.ok(["tag", "test.localhost/busybox:latest", "localhost/base"]);

const expected = JSON.parse(
  readFileSync(join(import.meta.dirname, "corpus", "expected.json"), "utf8"),
) as Readonly<Record<string, Outcome>>;

let count = 0;

async function make(each: DockerfileCase, base: Tree): Promise<Outcome> {
  const directory = join(host.directory, `case-${count++}`);
  makeCaseContext(directory, each);
  const tar = `${directory}.tar`;
  const name = `built-${count}`;
  const outputs = ["-t", name, "-o", "type=image", "-o", `type=tar,dest=${tar}`];
  const { code, stderr } = await host.tspod(
    ["build", "-q", "--network", "none", ...outputs, ...(each.args ?? []), directory],
    { timeoutMs: 180_000 },
  );
  // 125 is what tspod says itself, for which Docker has 1.
  if (code !== 0) return { exit: code === 125 ? 1 : code };
  assert.doesNotMatch(stderr, /at .*\.ts:\d+/);
  const config = JSON.parse(
    await host.ok(["image", "inspect", "--format", "{{json .Config}}", name]),
  ) as Record<string, unknown>;
  return { exit: 0, files: treeChanges(base, await readTree(tar)), config: comparedConfig(config) };
}

const sorted = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, each: unknown) =>
      typeof each === "object" && each !== null && !Array.isArray(each)
        ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
        : each,
    ),
  );

describe("as BuildKit", { concurrency: 3 }, async () => {
  const plain = join(host.directory, "plain");
  makeCaseContext(plain, { name: "plain", lines: "LABEL a=1" });
  await host.ok(["build", "-q", "-o", `type=tar,dest=${plain}.tar`, plain]);
  const base = await readTree(`${plain}.tar`);
  for (const each of CASES) {
    test(each.name, async () => {
      const recorded = expected[each.name];
      assert.ok(recorded, "it was not recorded: see test/build/corpus/README.md");
      const made = await make(each, base);
      const reason = DIFFERENCES[each.name];
      if (reason === undefined) assert.deepEqual(sorted(made), sorted(recorded));
      else assert.notDeepEqual(sorted(made), sorted(recorded), `no longer different: ${reason}`);
    });
  }
});

test("every difference is one of a case", () => {
  const names = new Set(CASES.map(({ name }) => name));
  assert.deepEqual(
    Object.keys(DIFFERENCES).filter((name) => !names.has(name)),
    [],
  );
  assert.equal(names.size, CASES.length);
});
