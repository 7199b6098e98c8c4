import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { makeWorld } from "../support/world.ts";
import { BUILDAH_DIFFERENCES } from "./corpus/buildah-differences.ts";
import { CASES, type DockerfileCase, makeCaseContext } from "./corpus/cases.ts";
import { DIFFERENCES } from "./corpus/differences.ts";
import {
  comparedConfig,
  type Outcome,
  readTree,
  sorted,
  type Tree,
  treeChanges,
  withoutTraces,
} from "./corpus/outcome.ts";

/*
 * The corpus of test/build/corpus: tspod makes of each Dockerfile what BuildKit has made of it, and what both
 * buildahs have made of it, or stands in the tables of differences with a reason.
 */

const world = await makeWorld();
after(() => world.close());
const { host } = world;
await host.ok(["tag", "test.localhost/busybox:latest", "localhost/base"]);

const recorded = (name: string) =>
  JSON.parse(readFileSync(join(import.meta.dirname, "corpus", name), "utf8")) as Readonly<
    Record<string, Outcome>
  >;
const byBuildKit = recorded("expected.json");
const byBuildah = recorded("expected-buildah.json");

let count = 0;

async function make(each: DockerfileCase, base: Tree): Promise<Outcome> {
  const directory = join(host.directory, `case-${count++}`);
  makeCaseContext(directory, each);
  const tar = `${directory}.tar`;
  const name = `built-${count}`;
  const outputs = ["-t", name, "-o", "type=image", "-o", `type=tar,dest=${tar}`];
  const { code, stderr } = await host.tspod(
    [
      "build",
      "-q",
      "--network",
      "none",
      "--identity-label=false",
      ...outputs,
      ...(each.args ?? []),
      directory,
    ],
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

const plain = join(host.directory, "plain");
makeCaseContext(plain, { name: "plain", lines: "LABEL a=1" });
await host.ok(["build", "-q", "-o", `type=tar,dest=${plain}.tar`, plain]);
const base = await readTree(`${plain}.tar`);

/** Each case is built once, and compared with all. */
const outcomes = new Map<string, Promise<Outcome>>();
function outcomeOf(each: DockerfileCase): Promise<Outcome> {
  const made = outcomes.get(each.name) ?? make(each, base);
  outcomes.set(each.name, made);
  return made;
}

function compare(made: Outcome, recorded: Outcome, reason: string | undefined): void {
  if (reason === undefined) assert.deepEqual(sorted(made), sorted(recorded));
  else assert.notDeepEqual(sorted(made), sorted(recorded), `no longer different: ${reason}`);
}

describe("as BuildKit", { concurrency: 3 }, () => {
  for (const each of CASES) {
    test(each.name, async () => {
      const recorded = byBuildKit[each.name];
      assert.ok(recorded, "it was not recorded: see test/build/corpus/README.md");
      compare(await outcomeOf(each), recorded, DIFFERENCES[each.name]);
    });
  }
});

describe("as buildah, where 1.28.2 and 1.43.2 agree", { concurrency: 3 }, () => {
  for (const each of CASES) {
    const recorded = byBuildah[each.name];
    if (recorded === undefined) continue;
    test(each.name, async () => {
      compare(withoutTraces(await outcomeOf(each)), recorded, BUILDAH_DIFFERENCES[each.name]);
    });
  }
});

test("every difference is one of a case", () => {
  const names = new Set(CASES.map(({ name }) => name));
  assert.deepEqual(
    Object.keys(DIFFERENCES).filter((name) => !names.has(name)),
    [],
  );
  assert.deepEqual(
    Object.keys(BUILDAH_DIFFERENCES).filter((name) => byBuildah[name] === undefined),
    [],
  );
  assert.deepEqual(
    Object.keys(byBuildah).filter((name) => !names.has(name)),
    [],
  );
  assert.equal(names.size, CASES.length);
});
