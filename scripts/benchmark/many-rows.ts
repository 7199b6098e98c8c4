import assert from "node:assert/strict";
import { runProgram } from "../../test/support/program.ts";
import { IMAGE } from "./command-rows.ts";
import { type Contest, type Contestant, inTurn, onAll } from "./contest.ts";
import type { BenchOptions } from "./options.ts";
import type { Row } from "./row.ts";

/** What is to be reached, as a share of podman's time. */
const GOAL = { ratio: 0.6 };
const START_GOAL = { ratio: 0.6, podman58: 0.45 };
const REMOVE_GOAL = { ratio: 0.6, podman58: 0.35 };
const RUN = ["run", "-d", "--network", "none", IMAGE, "sleep", "100000"];

/**
 * How long it takes where there is much of something: containers at once, containers in the store, calls in a
 * row.
 */
export async function manyRows(contest: Contest, { short }: Pick<BenchOptions, "short">): Promise<Row[]> {
  const [atOnce, stored, calls, rounds] = short ? [10, 50, 20, 1] : [50, 500, 200, 3];
  const started = await startedAtOnce(contest, { count: atOnce, rounds });
  await onAll(contest, ["run", "-d", "--name", "many", "--network", "none", IMAGE, "sleep", "100000"]);
  const exec = await measured(contest, rounds, async ({ host }) => {
    for (let call = 0; call < calls; call++) await host.ok(["exec", "many", "true"]);
  });
  for (let number = 0; number < stored; number++)
    await onAll(contest, ["create", "--network", "none", IMAGE, "true"]);
  const ps = await measured(contest, 5 * rounds, async ({ host }) => {
    await host.ok(["ps", "-a"]);
  });
  return [
    { what: `${atOnce} × run -d at once`, unit: "ms", values: started.run, goal: START_GOAL },
    { what: `rm -f of those ${atOnce}`, unit: "ms", values: started.remove, goal: REMOVE_GOAL },
    { what: `${calls} × exec in a row`, unit: "ms", values: exec, goal: GOAL },
    { what: `ps -a, ${stored} containers`, unit: "ms", values: ps, goal: GOAL },
  ];
}

async function timed(action: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await action();
  return performance.now() - began;
}

/** By a shell: to fork fifty times takes the bench's own process as much as a tenth of what is measured. */
const AT_ONCE = 'count=$1; shift; while [ "$count" -gt 0 ]; do "$@" & count=$((count - 1)); done; wait';

/** @returns the ids of the containers */
async function runAtOnce({ program, host }: Contestant, count: number): Promise<string[]> {
  const args = ["-c", AT_ONCE, "sh", String(count), program, ...RUN];
  const { stdout, stderr } = await runProgram("sh", args, { env: host.env, cwd: host.directory });
  const ids = stdout.trim().split("\n");
  assert.equal(ids.length, count, stderr);
  return ids;
}

function measured(
  { engines }: Contest,
  rounds: number,
  action: (contestant: Contestant) => Promise<void>,
): Promise<Row["values"]> {
  return inTurn(engines, (contestant) => timed(() => action(contestant)), { rounds });
}

/** Both numbers of one round: the containers that are started are those that are removed. */
async function startedAtOnce(
  { engines }: Contest,
  { count, rounds }: { count: number; rounds: number },
): Promise<{ run: Row["values"]; remove: Row["values"] }> {
  const both = await inTurn(
    engines,
    async (contestant) => {
      let ids: string[] = [];
      const run = await timed(async () => {
        ids = await runAtOnce(contestant, count);
      });
      return { run, remove: await timed(() => contestant.host.ok(["rm", "-f", "-t", "0", ...ids])) };
    },
    { rounds },
  );
  const values = (key: "run" | "remove"): Row["values"] =>
    new Map([...both].map(([name, results]) => [name, results.map((result) => result[key])]));
  return { run: values("run"), remove: values("remove") };
}
