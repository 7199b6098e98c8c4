import assert from "node:assert/strict";
import { globSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, beforeEach, describe, test } from "node:test";
import { makeWorld } from "../support/world.ts";

/** What V8 has compiled is kept between calls (docs/architecture.md, "Where the milliseconds go"). */
const world = await makeWorld();
after(() => world.close());
const { host } = world;
const CODE = join(host.directory, "cache/tspod/code");
const FINE = { code: 0, stdout: "", stderr: "" };

function keptFiles(): string[] {
  return globSync("*/*.cjs", { cwd: CODE }).map((name) => join(CODE, name));
}

describe("compiled code that is kept", () => {
  beforeEach(async () => {
    rmSync(CODE, { recursive: true, force: true });
    assert.deepEqual(await host.tspod(["ps", "-q"]), FINE);
    assert.equal(keptFiles().length, 2);
  });

  test("is private", () => {
    for (const file of keptFiles()) assert.equal(statSync(file).mode & 0o777, 0o600);
  });

  for (const [what, damage] of [
    ["cut off", (file: string) => truncateSync(file, 5000)],
    ["empty", (file: string) => truncateSync(file, 0)],
    [
      "overwritten",
      (file: string) => writeFileSync(file, Buffer.from(readFileSync(file)).fill(7, 4000, 4100)),
    ],
  ] as const) {
    test(`is made anew where it is ${what}`, async () => {
      const before = keptFiles().map((file) => [file, readFileSync(file)] as const);
      for (const [file] of before) damage(file);
      assert.deepEqual(await host.tspod(["ps", "-q"]), FINE);
      for (const [file, { length }] of before) assert.ok(statSync(file).size > length / 2, file);
      assert.deepEqual(await host.tspod(["ps", "-q"]), FINE);
    });
  }

  test("is not needed", async () => {
    rmSync(CODE, { recursive: true });
    writeFileSync(CODE, ""); // no directory can be made there
    assert.deepEqual(await host.tspod(["ps", "-q"]), FINE);
    assert.equal(readFileSync(CODE, "utf8"), "");
    assert.deepEqual(await host.tspod(["ps", "-q"], { env: { XDG_CACHE_HOME: "", HOME: "" } }), FINE);
  });

  test("is none of a call that is refused", async () => {
    rmSync(CODE, { recursive: true });
    assert.equal((await host.tspod(["ps", "--nosuch"])).code, 125);
    assert.deepEqual(keptFiles(), []);
  });
});
