import assert from "node:assert/strict";
import {
  closeSync,
  constants,
  existsSync,
  openSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { globalFlagTable } from "../../src/cli/flags/global-flags.ts";
import { runProgram, until } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;

/** An event of Chrome's trace format; times are microseconds of a clock that all processes share. */
interface Event {
  readonly ph: "M" | "B" | "E" | "X";
  readonly name: string;
  readonly pid: number;
  readonly ts: number;
  readonly dur: number;
}

/** The file is an array without its end, as the format allows. */
function readTrace(file: string): Event[] {
  const text = readFileSync(file, "utf8");
  assert.match(text, /^\[\n.*\},\n$/s);
  return JSON.parse(`${text.slice(0, -2)}]`) as Event[];
}

const endOf = ({ ts, dur }: Event): number => ts + dur;
/** Of the clock's rounding to nanoseconds, in microseconds. */
const ROUNDING = 1;

/** Phases of one process in their order; each is outside, inside or around each other one. */
function assertNested(phases: readonly Event[]): void {
  for (const [index, one] of phases.entries())
    for (const other of phases.slice(index + 1)) {
      const [first, second] = one.ts <= other.ts ? [one, other] : [other, one];
      const apart = endOf(first) <= second.ts + ROUNDING;
      const inside = endOf(second) <= endOf(first) + ROUNDING;
      const around = first.ts >= second.ts - ROUNDING && endOf(first) <= endOf(second) + ROUNDING;
      assert.ok(apart || inside || around, `${JSON.stringify(first)} and ${JSON.stringify(second)}`);
    }
}

/** How much of the time from `begin` to `end` is in some phase, from 0 to 1. */
function coverage(phases: readonly Event[], begin: number, end: number): number {
  let covered = 0;
  let reached = begin;
  for (const phase of phases.toSorted((a, b) => a.ts - b.ts)) {
    covered += Math.max(0, endOf(phase) - Math.max(phase.ts, reached));
    reached = Math.max(reached, endOf(phase));
  }
  return covered / (end - begin);
}

/** The phases of the call itself, checked, and those of its monitors. */
function readCall(file: string): { own: string[]; monitors: string[] } {
  const events = readTrace(file);
  const begin = events.find(({ ph }) => ph === "B");
  const end = events.find(({ ph }) => ph === "E");
  assert.ok(begin !== undefined && end !== undefined);
  assert.equal(end.pid, begin.pid);
  const phases = events.filter(({ ph }) => ph === "X");
  for (const pid of new Set(phases.map((phase) => phase.pid)))
    assertNested(phases.filter((phase) => phase.pid === pid));
  const own = phases.filter(({ pid }) => pid === begin.pid);
  for (const phase of own)
    assert.ok(phase.ts >= begin.ts && endOf(phase) <= end.ts, `${phase.name} is outside the call`);
  const covered = coverage(own, begin.ts, end.ts);
  assert.ok(covered > 0.9, `${covered} of the call's time is in its phases`);
  const names = (list: readonly Event[]) => list.map(({ name }) => name);
  return { own: names(own), monitors: names(phases.filter(({ pid }) => pid !== begin.pid)) };
}

/** What every call does first. */
const BEGINNING = [
  "join the namespaces",
  "launcher",
  "load the program",
  "start Node",
  "start V8",
  "bootstrap",
  "Node",
  "load tspod",
];
const STARTED = [
  "read the plan",
  "mounts",
  "wait for the bundle",
  "runtime create",
  "runtime start",
  "start",
];

/** A monitor writes its last phase after the call has ended. */
async function hasEnded(file: string): Promise<void> {
  await until(() => /"clear away"/.test(readFileSync(file, "utf8")), "the monitor's end");
}

test("--trace: a run from the launcher to the end of its monitor", async () => {
  const file = join(host.directory, "run.json");
  await host.ok(["--trace", file, "run", "--network", "none", IMAGE, "true"]);
  await hasEnded(file);
  const { own, monitors } = readCall(file);
  // The first call of a host makes the keeper.
  assert.deepEqual(
    own.filter((name) => name !== "keeper"),
    [
      ...BEGINNING,
      "read the command line",
      "create the container",
      "plan the run",
      "start the monitor",
      "write the bundle",
      "wait for the start",
      "become the attach client",
      "attached",
    ],
  );
  assert.deepEqual(monitors, [...STARTED, "process runs", "clear away"]);
});

test("--trace=FILE: a relative path, and a command without a container", async () => {
  await host.ok(["--trace=ps.json", "ps"], { cwd: host.directory });
  assert.deepEqual(readCall(join(host.directory, "ps.json")), {
    own: [...BEGINNING, "command"],
    monitors: [],
  });
});

test("TSPOD_TRACE: an exec, and further calls are added", async () => {
  await host.ok(["run", "-d", "--name", "box", "--network", "none", IMAGE, "sleep", "1000"]);
  const file = join(host.directory, "exec.json");
  const env = { TSPOD_TRACE: file };
  await host.ok(["exec", "box", "true"], { env });
  await hasEnded(file);
  const { own, monitors } = readCall(file);
  assert.deepEqual(own, [
    ...BEGINNING,
    "read the command line",
    "plan the process",
    "start the monitor",
    "write the bundle",
    "become the attach client",
    "attached",
  ]);
  assert.deepEqual(monitors, [...STARTED, "process runs", "clear away"]);
  await host.ok(["ps"], { env });
  assert.equal(readTrace(file).filter(({ ph }) => ph === "B").length, 2);
});

test("the first call says how long its keeper took", async () => {
  const other = await makeWorld();
  const file = join(other.host.directory, "first.json");
  try {
    await until(() => other.host.processes().size === 0, "the end of the keeper", 60_000);
    await other.host.ok(["--trace", file, "ps"]);
    assert.deepEqual(readCall(file).own, ["keeper", ...BEGINNING, "command"]);
  } finally {
    await other.close();
  }
});

test("a file that can't be written, and one that is not named, are refused", async () => {
  const { code, stdout, stderr } = await host.tspod(["--trace", "/nowhere/trace", "ps"]);
  assert.deepEqual(
    [code, stdout, stderr],
    [125, "", 'Error: opening the file "/nowhere/trace" for the trace: No such file or directory\n'],
  );
  const unnamed = await host.tspod(["--trace"]);
  assert.deepEqual([unnamed.code, unnamed.stdout], [125, ""]);
  assert.match(unnamed.stderr, /^Error: flag needs an argument: --trace\n/);
});

test("a fifo, with a reader or without one, a symlink and a directory are refused at once", async () => {
  const at = (name: string) => join(host.directory, name);
  assert.equal((await runProgram("mkfifo", [at("fifo"), at("read")])).code, 0);
  writeFileSync(at("precious"), "precious");
  symlinkSync(at("precious"), at("link"));
  const reader = openSync(at("read"), constants.O_RDONLY | constants.O_NONBLOCK);
  for (const path of [at("fifo"), at("read"), at("link"), host.directory])
    assert.deepEqual(await host.tspod(["--trace", path, "ps"], { timeoutMs: 20_000 }), {
      code: 125,
      stdout: "",
      stderr: `Error: the trace "${path}" is no regular file: give another one, or one that is to be made\n`,
    });
  closeSync(reader);
  assert.equal(readFileSync(at("precious"), "utf8"), "precious");
});

test("behind the command it is no flag of tspod's, and nothing is written", async () => {
  const file = join(host.directory, "behind.json");
  const { code, stderr } = await host.tspod(["ps", "--trace", file]);
  assert.equal(code, 125);
  assert.match(stderr, /^Error: unknown flag: --trace\n/);
  assert.equal(
    await host.ok(["run", "--rm", "--network", "none", IMAGE, "echo", "--trace", file]),
    `--trace ${file}`,
  );
  assert.equal(existsSync(file), false);
});

test("nor is it behind a command that stands behind a global flag without a value", async () => {
  const file = join(host.directory, "switch.json");
  for (const [name, flag] of Object.entries(globalFlagTable)) {
    if (flag.type !== "boolean") continue;
    for (const word of [`--${name}`, ...("short" in flag ? [`-${flag.short}`] : [])]) {
      await host.tspod([word, "ps", "--trace", file]);
      assert.equal(existsSync(file), false, word);
    }
  }
  await host.ok(["--log-level", "info", "--trace", file, "ps"]);
  assert.equal(existsSync(file), true);
});
