import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, type TestContext } from "node:test";
import { chooseSeed } from "../../scripts/fuzz/random.ts";
import type { Host } from "../support/host.ts";
import type { Result } from "../support/program.ts";
import { assertNothingLeft, chooseMoments, faultBlow, makeCycle, randomOf, strike } from "./cycle.ts";
import type { Fault } from "./faults.ts";
import { assertContentKept, type KeptOptions, makeKeptWorld } from "./kept.ts";
import type { Operations } from "./operation.ts";

/** What a program that is killed by SIGKILL leaves to its shell. */
const KILLED = 137;
/** Whether this is the short run of `npm test`. */
export const IS_SHORT = process.env.TSPOD_KILLS === undefined;
/** At how many of its calls a command is struck: all of them, or so many that the seed chooses. */
export const MOMENTS = process.env.TSPOD_KILLS === "full" ? Infinity : Number(process.env.TSPOD_KILLS ?? 2);
/** The same for each kind, where there are several of a fault: four errors, two runtimes, eight processes. */
export const MOMENTS_OF_KIND = IS_SHORT ? 1 : Math.ceil(MOMENTS / 4);

export type Make = (host: Host) => Operations | Promise<Operations>;

/** A world with what the operations work on. */
export async function makeReady(make: Make, options: KeptOptions) {
  const kept = await makeKeptWorld(options);
  after(() => kept.close());
  const { host } = kept;
  mkdirSync(join(host.directory, "out"));
  await host.ok(["pull", "-q", "test.localhost/other"]);
  await host.ok(["save", "-q", "-o", join(host.directory, "other.tar"), "test.localhost/other:latest"]);
  await host.ok(["rmi", "test.localhost/other:latest"]);
  await host.ok(["export", "-o", join(host.directory, "root.tar"), "kept"]);
  return { kept, operations: await make(host) };
}

/** A fault of each operation: where it comes, and what the operation may make of it. */
export interface FaultKind {
  /** Which calls it can strike; letters are those of Fault. */
  readonly fault: Omit<Fault, "at">;
  readonly strikes: RegExp;
  /** @throws {AssertionError} Unless the operation may end so. */
  readonly assertResult: (result: Result, said: string) => void;
}

/** A test that the file which is run declares: results are told by the file that a test stands in. */
export interface FaultTest {
  readonly name: string;
  readonly run: (t: TestContext) => Promise<void>;
}

/** For test(): a full run strikes each call of a command. */
export const FAULT_TEST = { timeout: 3_600_000 };

/** Tests of operations in a world of their own: a fault at some of the calls that change something. */
export async function faultTests(
  make: Make,
  blows: readonly FaultKind[],
  {
    running = true,
    only = /./,
    perBlow = MOMENTS,
  }: { running?: boolean; only?: RegExp; perBlow?: number } = {},
): Promise<FaultTest[]> {
  const { kept, operations } = await makeReady(make, { running });
  const seed = chooseSeed(process.env);
  let turn = 0;
  const tests = Object.entries(operations)
    .filter(([name]) => only.test(name))
    .map(([name, operation]): FaultTest => {
      const run = async (t: TestContext) => {
        t.after(async () => {
          if (!t.passed) for (const step of operation.undo) await kept.host.tspod(step);
        });
        t.diagnostic(`TSPOD_FUZZ_SEED=${seed}`);
        const random = randomOf(seed, name);
        let failed = 0;
        let struck = 0;
        let cycle = await makeCycle(kept, name, operation, blows[0]?.fault.program);
        for (const { fault, strikes, assertResult } of blows) {
          if (fault.program !== blows[0]?.fault.program)
            cycle = await makeCycle(kept, name, operation, fault.program);
          const calls = cycle.calls.filter((call) => strikes.test(call));
          for (const at of chooseMoments(calls.length, perBlow, random)) {
            const blow = faultBlow({ ...cycle, calls }, { ...fault, at });
            const { code } = await strike(cycle, blow, turn++, assertResult);
            failed += code === 0 ? 0 : 1;
            struck++;
          }
        }
        await assertNothingLeft(cycle);
        t.diagnostic(`${name}: ${failed} of ${struck} faults were felt; ${cycle.calls.length} calls`);
        if (struck > 5) assert.ok(failed > 0, "none was felt");
      };
      return { name, run };
    });
  return [...tests, { name: "what was there has its content", run: () => assertContentKept(kept.host) }];
}

const ANY = /./;
const OPENS = /^!?(?:open|openat|openat2|creat) /;
const FILLS =
  /^!?(?:open|openat|openat2|creat|mkdir|mkdirat|mknod|mknodat|link|linkat|symlink|symlinkat|rename|renameat|renameat2|p?writev?2?|pwrite64|sendfile|copy_file_range|splice|truncate|ftruncate|fallocate) /;
const DATA =
  /^!?(?:p?writev?2?|pwrite64|sendfile|copy_file_range|splice|truncate|ftruncate|fallocate|fsync|fdatasync|syncfs) /;

/** SIGKILL before a call. Threads make the number of calls vary: the last may not come. */
export const KILL: FaultKind = {
  fault: { kind: "kill" },
  strikes: ANY,
  assertResult: ({ code, stderr }, said) =>
    assert.ok(code === KILLED || code === 0, `${said}: ${code} ${stderr}`),
};

/** What a command whose call has failed may say: nothing where it does without, or one line. */
function assertOneLine({ code, stderr }: Result, said: string): void {
  assert.ok(code === 0 || (code >= 125 && code <= 127), `${said}: exit ${code}: ${stderr}`);
  const errors = stderr.split("\n").filter((line) => line !== "" && !/^(?:WARN|Warning|time=)/.test(line));
  assert.equal(errors.length, code === 0 ? 0 : 1, `${said}: exit ${code}: ${stderr}`);
  for (const line of errors) assert.match(line, /^Error: /, said);
  assert.doesNotMatch(stderr, /bug in tspod|\n {4}at /, said);
}

/** What a command may say one of whose processes was killed: what has become of its container. */
export function assertTold({ code, stderr }: Result, said: string): void {
  assert.ok(code === 0 || code === 1 || (code >= 125 && code <= 137), `${said}: exit ${code}: ${stderr}`);
  assert.doesNotMatch(stderr, /bug in tspod|\n {4}at /, said);
}

export const ERRORS: readonly FaultKind[] = [
  { fault: { kind: "ENOSPC", lasting: true, effects: "won" }, strikes: FILLS, assertResult: assertOneLine },
  { fault: { kind: "EDQUOT", lasting: true, effects: "won" }, strikes: FILLS, assertResult: assertOneLine },
  { fault: { kind: "EIO", effects: "wf" }, strikes: DATA, assertResult: assertOneLine },
  { fault: { kind: "EMFILE", effects: "o" }, strikes: OPENS, assertResult: assertOneLine },
];

/** Everything is killed, and content that was not flushed is lost. */
export const CUT: FaultKind = { ...KILL, fault: { kind: "cut" } };
