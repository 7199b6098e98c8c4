import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { chooseSeed } from "../../scripts/fuzz/random.ts";
import type { Host } from "../support/host.ts";
import { type Result, sleep } from "../support/program.ts";
import { assertNothingLeft, type Blow, type Cycle, makeCycle, randomOf, strike } from "./cycle.ts";
import { assertContentKept } from "./kept.ts";
import { networkOperations } from "./network-operations.ts";
import { assertTold, FAULT_TEST, IS_SHORT, MOMENTS_OF_KIND, makeReady } from "./struck.ts";

/**
 * By their names in the kernel. The kept container has some of the first of its own: those run all the
 * time.
 */
const SHARED = ["tspod-network", "tspod-names", "tspod-ports", "slirp4netns", "tspod-keeper"] as const;
const SOMETIMES = ["tspod-relay", "pasta", "tspod-monitor"] as const;
type Victim = (typeof SHARED)[number] | (typeof SOMETIMES)[number];

/** At random times there are as many moments as one likes. */
const TIMES = Math.min(MOMENTS_OF_KIND, 20);

function commOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
  } catch {
    return ""; // it has gone
  }
}

function pidsOf(host: Host, victim: Victim): number[] {
  // pasta is executed anew as what fits the processor: pasta.avx2.
  return [...host.processes().keys()].filter((pid) => commOf(pid).split(".")[0] === victim);
}

/** SIGKILL to one of these processes, so long after the command's start, or as soon as there is one. */
function timedBlow({ kept, operation }: Cycle, victim: Victim, afterMs: number, spared: readonly number[]) {
  const { host } = kept;
  const { args, input } = operation;
  let killed = 0;
  const run = async (): Promise<Result> => {
    const running = host.start(args, input === undefined ? {} : { input });
    let hasEnded = false;
    const ended = running.ended.finally(() => {
      hasEnded = true;
    });
    await sleep(afterMs);
    do {
      const pid = pidsOf(host, victim).find((each) => !spared.includes(each));
      if (pid !== undefined) {
        process.kill(pid, "SIGKILL");
        killed++;
        break;
      }
      await sleep(5);
    } while (!hasEnded);
    return ended;
  };
  const blow: Blow = { said: `SIGKILL to ${victim} after ${Math.round(afterMs)} ms`, run };
  return { blow, wasKilled: () => killed > 0 };
}

const { kept, operations } = await makeReady(networkOperations, { running: true, serving: true });
const seed = chooseSeed(process.env);
let turn = 0;

describe("SIGKILL to a process around a container, at a random time", () => {
  for (const [name, operation] of Object.entries(operations))
    test(name, FAULT_TEST, async (t) => {
      t.after(async () => {
        if (!t.passed) for (const step of operation.undo) await kept.host.tspod(step);
      });
      t.diagnostic(`TSPOD_FUZZ_SEED=${seed}`);
      const random = randomOf(seed, name);
      const cycle = await makeCycle(kept, name, operation);
      const victims: Victim[] = [...SHARED, ...SOMETIMES];
      let killed = 0;
      const strikes = IS_SHORT ? 2 : victims.length * TIMES;
      for (let struck = 0; struck < strikes; struck++) {
        const victim = IS_SHORT
          ? random.pick(struck === 0 ? SHARED : victims)
          : victims[struck % victims.length];
        assert.ok(victim);
        // The monitor of a container that is to be kept isn't struck.
        const spared = victim === "tspod-monitor" ? pidsOf(kept.host, victim) : [];
        const afterMs = (random.below(1000) / 1000) * cycle.duration;
        const { blow, wasKilled } = timedBlow(cycle, victim, afterMs, spared);
        await strike(cycle, blow, turn++, assertTold);
        killed += wasKilled() ? 1 : 0;
      }
      await assertNothingLeft(cycle);
      t.diagnostic(`${name}: ${killed} of ${strikes} processes were killed`);
      assert.ok(killed > 0, "none was killed");
    });
  test("what was there has its content", () => assertContentKept(kept.host));
});
