import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { basename, join } from "node:path";
import { after, describe, test } from "node:test";
import { REPOSITORY } from "./support/program.ts";
import { IMAGE, makeWorld } from "./support/world.ts";

/**
 * What the commands load that scripts call in loops. Each thing here costs start-up time in every call (see docs/architecture.md):
 * what a command may load beyond it has to be imported where it is used, and not on these paths.
 */
const ALWAYS = ["main.cjs", "errors.cjs", "commands-framework-program.cjs", "addon.node"];
const BUILT_IN = [
  "fs",
  "fs/promises",
  "module",
  "os",
  "path",
  "tty",
  "util",
  "timers",
  "timers/promises",
  "stream",
  "events",
  "crypto",
  "net",
];
/** The size of all that JavaScript: reading and compiling it is what a start takes. */
const BUDGET_BYTES = 320_000;

const world = await makeWorld();
after(() => world.close());
const { host } = world;
await host.ok(["run", "-d", "--name", "box", IMAGE, "sleep", "1000"]);
await host.ok(["create", "--name", "idle", IMAGE, "true"]);

/** Files and built-in modules that a call of tspod loads, by Node's own account. */
async function loadedBy(args: readonly string[]): Promise<{ files: string[]; builtIn: string[] }> {
  const { stderr, code } = await host.tspod(args, { env: { NODE_DEBUG: "module" } });
  assert.equal(code, 0, stderr.replaceAll(/^MODULE.*\n/gm, ""));
  const all = (pattern: RegExp) =>
    [...new Set([...stderr.matchAll(pattern)].map(([, name = ""]) => name))].sort();
  return { files: all(/: load "([^"]+)" for module/g), builtIn: all(/load built-in module (\S+)/g) };
}

describe("a hot command loads its own chunk and what all do", () => {
  for (const [args, chunks] of [
    [["run", "--rm", "--network", "none", IMAGE, "true"], ["commands-run.cjs"]],
    [["run", "--rm", IMAGE, "true"], ["commands-run.cjs"]],
    [["exec", "box", "true"], ["commands-exec.cjs"]],
    [["ps", "-a"], ["commands-ps.cjs"]],
    [["ps", "-q"], ["commands-ps.cjs"]],
    [["inspect", "box"], ["commands-inspect.cjs"]],
    [["logs", "box"], ["commands-logs.cjs"]],
    [["start", "idle"], ["commands-start.cjs"]],
    [["stop", "-t", "0", "idle"], ["commands-stop.cjs"]],
    [["rm", "idle"], ["commands-rm.cjs"]],
  ] as const) {
    test(args.join(" "), async () => {
      const { files, builtIn } = await loadedBy(args);
      const allowed = new Set<string>([...ALWAYS, ...chunks]);
      assert.deepEqual(
        files.map((file) => basename(file)).filter((name) => !allowed.has(name)),
        [],
      );
      assert.deepEqual(
        builtIn.filter((name) => !BUILT_IN.includes(name)),
        [],
      );
      const size = files
        .filter((file) => file.endsWith(".cjs"))
        .reduce((sum, file) => sum + statSync(file).size, 0);
      assert.ok(size <= BUDGET_BYTES, `${size} bytes of JavaScript`);
    });
  }
});

test("the bundle stands alone: nothing of node_modules or src is read", async () => {
  const { files } = await loadedBy(["ps"]);
  for (const file of files) assert.ok(file.startsWith(join(REPOSITORY, "dist/lib/tspod/")), file);
});
