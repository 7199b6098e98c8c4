import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Random, seededRandom } from "../../scripts/fuzz/random.ts";
import { type Result, until } from "../support/program.ts";
import { type Fault, readCalls, startWithFault } from "./faults.ts";
import type { KeptWorld } from "./kept.ts";
import { filesOf, processesOf } from "./left.ts";
import type { Operation } from "./operation.ts";

/** An operation in a world, with what a whole run of it was like. */
export interface Cycle {
  readonly kept: KeptWorld;
  readonly name: string;
  readonly operation: Operation;
  /** Each call of a whole run that changes something: what a fault can strike. */
  readonly calls: readonly string[];
  /** Milliseconds of a whole run. */
  readonly duration: number;
  /** What is there once it has been undone. */
  readonly files: readonly string[];
  readonly processes: readonly string[];
}

const steps = async ({ host }: KeptWorld, list: readonly (readonly string[])[] = []) => {
  for (const step of list) await host.ok(step);
};

/** Do it once as it is, and undo it. */
export async function makeCycle(
  kept: KeptWorld,
  name: string,
  operation: Operation,
  program?: string,
): Promise<Cycle> {
  const { host } = kept;
  const log = join(host.directory, "calls");
  const { args, input } = operation;
  // The first fills caches.
  for (const round of [1, 2]) {
    await steps(kept, operation.prepare);
    const began = performance.now();
    const run = startWithFault(
      host,
      args,
      { at: 0, kind: "kill", ...(program !== undefined && { program }) },
      { log, ...(input !== undefined && { input }) },
    );
    const { code, stderr } = await run.ended;
    assert.equal(code, 0, `${args.join(" ")}: ${stderr}`);
    const duration = performance.now() - began;
    await steps(kept, operation.undo);
    for (const file of operation.made ?? []) rmSync(file, { force: true });
    const calls = readCalls(log);
    if (round === 2)
      return { kept, name, operation, calls, duration, files: filesOf(host), processes: processesOf(host) };
  }
  throw new Error("unreachable");
}

/** What is done to a run of an operation. */
export interface Blow {
  /** Names it in a failure. */
  readonly said: string;
  /** The operation's command, and what befalls it. */
  readonly run: () => Promise<Result>;
  /** Nothing runs any more, and the runtime directory is lost. */
  readonly isCut?: boolean;
}

/**
 * The operation under a blow, the look at everything else, the operation again, and all undone.
 * @param turn which of the looks
 * @returns how the struck run ended
 */
export async function strike(
  { kept, name, operation }: Cycle,
  blow: Blow,
  turn: number,
  assertResult: (result: Result, said: string) => void,
): Promise<Result> {
  const { host } = kept;
  const { prepare, args, input, already, undo, whole = {} } = operation;
  const said = `${name}, ${blow.said}`;
  await steps(kept, prepare);
  const result = await blow.run();
  assertResult(result, said);
  if (blow.isCut) await kept.reboot();
  await kept.assertNothingLost(turn, said);
  for (const [path, text] of Object.entries(whole))
    if (existsSync(path)) assert.equal(readFileSync(path, "utf8"), text, `${said}: ${path}`);
  const again = await host.tspod(args, input === undefined ? {} : { input });
  if (again.code !== 0) {
    assert.ok(already?.test(again.stderr), `${said}: again: exit ${again.code}: ${again.stderr}`);
  }
  for (const step of undo) {
    const { code, stderr } = await host.tspod(step);
    assert.equal(code, 0, `${said}: ${step.join(" ")}: ${stderr}`);
  }
  for (const file of operation.made ?? []) rmSync(file, { force: true });
  return result;
}

/** A fault in one of the calls that a whole run of the operation makes. */
export function faultBlow({ kept, operation, calls }: Cycle, fault: Fault): Blow {
  const { args, input } = operation;
  return {
    said: `${fault.kind} at ${fault.at} of ${calls.length} (${calls[fault.at - 1] ?? "?"})`,
    run: () => startWithFault(kept.host, args, fault, input === undefined ? {} : { input }).ended,
    isCut: fault.kind === "cut",
  };
}

/** Nothing is there but what is there after a whole run. What no sweep has found by now stays for ever. */
export async function assertNothingLeft({ kept, name, files, processes }: Cycle): Promise<void> {
  const { host } = kept;
  // The sweep belongs to removals; a file that is not finished is left alone for a moment.
  const sweep = async () => {
    await host.ok(["load", "-q", "-i", join(host.directory, "other.tar")]);
    await host.ok(["rmi", "-f", "test.localhost/other:latest"]);
    await host.ok(["ps", "-a"]);
  };
  const left = () => filesOf(host).filter((file) => !files.includes(file));
  // A monitor may still have been clearing away when the list was made; a reboot empties run/.
  const lost = () =>
    files.filter((file) => !filesOf(host).includes(file) && !/^data\/tspod\/tmp\/|^run\//.test(file));
  const running = () =>
    processesOf(host).filter((line) => !processes.includes(line) && line !== "tspod-faults");
  const isClean = async () => {
    await sweep();
    return left().length + running().length === 0;
  };
  await until(isClean, "the sweep", 15_000).catch(() =>
    assert.deepEqual([left(), running()], [[], []], `${name}: left behind`),
  );
  assert.deepEqual(lost(), [], `${name}: lost`);
}

/**
 * Some of the numbers from 1 to `count`, the first and last always among them if there is room; in order.
 */
export function chooseMoments(count: number, wanted: number, random: Random): number[] {
  if (count <= wanted) return Array.from({ length: count }, (_, index) => index + 1);
  const chosen = new Set<number>();
  while (chosen.size < wanted) chosen.add(1 + random.below(count));
  return [...chosen].sort((a, b) => a - b);
}

/** A generator of an operation's own, so that a run of one alone has the same moments. */
export function randomOf(seed: number, name: string): Random {
  let mixed = seed;
  for (const character of name) mixed = (Math.imul(mixed, 31) + (character.codePointAt(0) ?? 0)) >>> 0;
  return seededRandom(mixed);
}
