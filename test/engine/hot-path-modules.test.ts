import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { basename, dirname, join } from "node:path";
import { after, describe, test } from "node:test";
import { chunkName } from "../../scripts/chunk-name.ts";
import { REPOSITORY } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

/**
 * What the commands load that scripts call in loops. Each thing here costs start-up time in every call (see
 * docs/architecture.md): what a command may load beyond it has to be imported where it is used, and not on
 * these paths.
 */
const ALWAYS = ["program.ts"];
const BUILT_IN = [
  "fs",
  "fs/promises",
  "os",
  "path",
  "tty",
  "util",
  "vm",
  "timers",
  "timers/promises",
  "stream",
  "events",
  "crypto",
  "net",
];
/**
 * Source file of a command → bytes of all JavaScript that it loads. Reading that, and making functions of
 * what is kept compiled of it, is what a start takes. Each budget is 2 % above the size when the commands'
 * processor time was measured; what goes beyond belongs behind an `import()`.
 */
const BUDGET_BYTES = {
  "commands/container/lifecycle/run.ts": 394_000,
  "commands/container/inside/exec.ts": 122_000,
  "commands/container/look/ps.ts": 103_000,
  "commands/inspect/inspect.ts": 170_000,
  "commands/container/look/logs.ts": 100_000,
  "commands/container/lifecycle/start.ts": 244_000,
  "commands/container/lifecycle/stop.ts": 101_000,
  "commands/container/lifecycle/rm.ts": 120_500,
} as const;

const world = await makeWorld();
after(() => world.close());
const { host } = world;
const CODE = join(host.directory, "cache/tspod/code");
await host.ok(["run", "-d", "--name", "box", IMAGE, "sleep", "1000"]);
await host.ok(["create", "--name", "idle", IMAGE, "true"]);

/**
 * What a call of tspod loads: built-in modules by Node's own account, chunks by the compiled code that the
 * first call keeps of each.
 */
async function loadedBy(args: readonly string[]): Promise<{ chunks: string[]; builtIn: string[] }> {
  rmSync(CODE, { recursive: true, force: true });
  const { stderr, code } = await host.tspod(args, { env: { NODE_DEBUG: "module" } });
  assert.equal(code, 0, stderr.replaceAll(/^MODULE.*\n/gm, ""));
  const builtIn = [...stderr.matchAll(/load built-in module (?:node:)?(\S+)/g)].map(([, name = ""]) => name);
  return { chunks: globSync("*/*", { cwd: CODE }).map((file) => basename(file)), builtIn };
}

describe("a hot command loads its own chunk and what all do", () => {
  for (const [args, source] of [
    [["run", "--rm", "--network", "none", IMAGE, "true"], "commands/container/lifecycle/run.ts"],
    [["run", "--rm", IMAGE, "true"], "commands/container/lifecycle/run.ts"],
    [["exec", "box", "true"], "commands/container/inside/exec.ts"],
    [["ps", "-a"], "commands/container/look/ps.ts"],
    [["ps", "-q"], "commands/container/look/ps.ts"],
    [["inspect", "box"], "commands/inspect/inspect.ts"],
    [["logs", "box"], "commands/container/look/logs.ts"],
    [["start", "idle"], "commands/container/lifecycle/start.ts"],
    [["stop", "-t", "0", "idle"], "commands/container/lifecycle/stop.ts"],
    [["rm", "idle"], "commands/container/lifecycle/rm.ts"],
  ] as const) {
    test(args.join(" "), async () => {
      const { chunks, builtIn } = await loadedBy(args);
      assert.deepEqual(chunks.toSorted(), [...ALWAYS, source].map((path) => `${chunkName(path)}.cjs`).sort());
      assert.deepEqual(
        builtIn.filter((name) => !BUILT_IN.includes(name)),
        [],
      );
      const size = chunks
        .map((name) => statSync(join(REPOSITORY, "dist/lib/tspod", name)).size)
        .reduce((sum, bytes) => sum + bytes, 0);
      assert.ok(size <= BUDGET_BYTES[source], `${size} bytes of JavaScript`);
    });
  }
});

test("commands of pods do not load what hashes, compresses or runs programs", async () => {
  const file = join(host.directory, "pod.yaml");
  const container = `{name: c, image: "${IMAGE}", imagePullPolicy: IfNotPresent, command: [sleep, "1000"]}`;
  writeFileSync(
    file,
    `{apiVersion: v1, kind: Pod, metadata: {name: played}, spec: {terminationGracePeriodSeconds: 0, containers: [${container}]}}`,
  );
  await host.ok(["pod", "create", "--name", "first"]); // makes the image of infra containers
  await host.ok(["kube", "play", file]);
  await host.ok(["kube", "down", file]); // and the network of played pods is there
  for (const args of [
    ["pod", "create", "--name", "pod"],
    ["create", "--pod", "pod", IMAGE, "sleep", "1000"],
    ["pod", "start", "pod"],
    ["pod", "rm", "-f", "-t", "0", "pod"],
    ["kube", "play", file],
    ["kube", "down", file],
  ]) {
    const { builtIn } = await loadedBy(args);
    const dear = builtIn.filter((name) => /^(crypto|zlib|child_process|stream\/promises|http)$/.test(name));
    assert.deepEqual(dear, [], args.join(" "));
  }
});

test("the bundle stands alone: a chunk asks for other chunks and for what Node has", () => {
  for (const file of globSync(join(REPOSITORY, "dist/lib/tspod/*.cjs"))) {
    const asked = readFileSync(file, "utf8").matchAll(/\brequire\("([^"]+)"\)/g);
    for (const [, name = ""] of asked)
      assert.ok(isBuiltin(name) || existsSync(join(dirname(file), name)), `${file}: ${name}`);
  }
});
