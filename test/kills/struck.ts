import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { chooseSeed } from "../../scripts/fuzz/random.ts";
import type { Host } from "../support/host.ts";
import { assertNothingLeft, chooseMoments, makeCycle, randomOf, strike } from "./cycle.ts";
import { assertContentKept, makeKeptWorld } from "./kept.ts";
import type { Operations } from "./operation.ts";

/** What a program that is killed by SIGKILL leaves to its shell. */
const KILLED = 137;
/** Every call of every command, or so many of each. */
const MOMENTS = process.env.TSPOD_KILLS === "full" ? Infinity : Number(process.env.TSPOD_KILLS ?? 3);

/** Tests of operations in a world of their own: SIGKILL before a call that would have changed something. */
export async function describeKills(
  operationsIn: (host: Host) => Operations | Promise<Operations>,
): Promise<void> {
  const kept = await makeKeptWorld();
  after(() => kept.close());
  const { host } = kept;
  const seed = chooseSeed(process.env);
  mkdirSync(join(host.directory, "out"));
  await host.ok(["pull", "-q", "test.localhost/other"]);
  await host.ok(["save", "-q", "-o", join(host.directory, "other.tar"), "test.localhost/other:latest"]);
  await host.ok(["rmi", "test.localhost/other:latest"]);
  await host.ok(["export", "-o", join(host.directory, "root.tar"), "kept"]);
  const operations = await operationsIn(host);
  let turn = 0;

  describe(`SIGKILL before a call that changes something (TSPOD_FUZZ_SEED=${seed})`, () => {
    for (const [name, operation] of Object.entries(operations))
      test(name, { timeout: 3_600_000 }, async (t) => {
        t.after(async () => {
          if (!t.passed) for (const step of operation.undo) await host.tspod(step);
        });
        const cycle = await makeCycle(kept, name, operation);
        let killed = 0;
        for (const at of chooseMoments(cycle.calls.length, MOMENTS, randomOf(seed, name))) {
          const { code } = await strike(cycle, { at, kind: "kill" }, turn++, (result, said) =>
            // Threads make the number of calls vary: the last may not come.
            assert.ok(
              result.code === KILLED || result.code === 0,
              `${said}: ${result.code} ${result.stderr}`,
            ),
          );
          killed += code === KILLED ? 1 : 0;
        }
        await assertNothingLeft(cycle);
        t.diagnostic(`${killed} kills at ${cycle.calls.length} calls`);
        assert.ok(killed > 0, "none was killed");
      });

    test("what was there has its content", () => assertContentKept(host));
  });
}
