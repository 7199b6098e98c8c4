// A monitor does not grow, however often it is visited, its log turned and its process run again. TSPOD_ENDURANCE
// says how often (scripts/endurance); TSPOD_VALGRIND is a file for what valgrind says of the monitor.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parseFacts } from "../../../src/protocol/facts.ts";
import {
  alive,
  attach,
  base,
  exitOf,
  makeContainer,
  planOf,
  programs,
  readMaybe,
  released,
  startMonitor,
  until,
} from "./harness.mjs";

const VISITS = Number(process.env.TSPOD_ENDURANCE ?? 300);
const RESTARTS = process.env.TSPOD_ENDURANCE && !process.env.TSPOD_VALGRIND ? VISITS : 20;
const ROUNDS = 6;
/** Kilobytes: what an allocator may hold back, which is no slope. */
const SLACK = 48;

const FLAG = join(base, "unwell");

/** A log that is turned at each line or two, and a check that fails where FLAG is. */
function records(c) {
  return [
    ["log", "json-file", join(c.store, "turned.log"), "200", "3"],
    ["restart", "always", "0", join(c.store, "stopped-by-user")],
    [
      "health",
      "0",
      "30000",
      "0",
      "1",
      "restart",
      join(c.store, "health"),
      join(c.run, "check.pid"),
      "9",
      "1",
      "5",
      "500",
      "",
    ],
    ["health-command", "sh", "-c", `echo looked; test ! -e ${FLAG}`],
    ["health-times", "0", "0", "0", "0", "1"],
  ];
}

/**
 * What is no file's: heap and stack. What the kernel calls private depends on who else has the page just
 * now: a child that was forked, or another monitor, with which the program's own pages are shared.
 */
const kilobytes = (pid) =>
  [...readFileSync(`/proc/${pid}/smaps_rollup`, "utf8").matchAll(/^(?:Anonymous|Swap):\s+(\d+)/gm)].reduce(
    (sum, [, n]) => sum + Number(n),
    0,
  );
const facts = (c) => parseFacts(readMaybe(join(c.run, "status")));

function look(c) {
  return { memory: kilobytes(c.monitor), descriptors: readdirSync(`/proc/${c.monitor}/fd`).length };
}

function visit(c, count) {
  const visitor = join(programs, "tspod-visitor");
  const child = spawn(visitor, [c.run, String(count), String(count)], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  return new Promise((resolve) => child.on("close", (code, signal) => resolve(signal ?? code)));
}

async function restart(c, count) {
  for (let i = 0; i < count; i++) {
    const before = facts(c).get("process");
    writeFileSync(FLAG, "");
    await attach(c, ["--healthcheck", "30s"], { program: join(released, "tspod-attach") }).done;
    rmSync(FLAG);
    await until(() => ![before, undefined].includes(facts(c).get("process")), "another run", 60_000);
  }
}

async function start() {
  const c = makeContainer({ command: ["cat"], tty: true, stdin: true, log: "none" });
  const plan = planOf(c).filter(([key]) => key !== "log");
  const under = process.env.TSPOD_VALGRIND;
  const answer = await startMonitor([...plan, ...records(c)], {
    lib: released,
    under: under ? ["valgrind", "-q", "--leak-check=full", "--track-fds=no", `--log-file=${under}`] : [],
  });
  assert.equal(answer.failed, undefined, answer.text);
  return { ...c, ...answer, monitor: Number(facts(c).get("monitor").split(" ")[0]) };
}

test(`a monitor with ${VISITS} visits and ${RESTARTS} runs of its process does not grow`, {
  timeout: 2 ** 31 - 1,
}, async () => {
  const c = await start();
  const looks = [];
  for (let round = 0; round < ROUNDS; round++) {
    assert.equal(await visit(c, Math.ceil(VISITS / ROUNDS)), 0);
    await restart(c, Math.ceil(RESTARTS / ROUNDS));
    looks.push(look(c));
  }
  const said = looks.map(({ memory, descriptors }) => `${memory} kB ${descriptors} fds`).join(", ");
  console.error(`# after each ${Math.ceil(VISITS / ROUNDS)} visits: ${said}`);
  assert.ok(existsSync(join(c.store, "turned.log.1")), "the log was turned");
  assert.ok(statSync(join(c.store, "turned.log")).size <= 400);
  // The first round fills what is kept: the health log, buffers.
  const [, first, ...rest] = looks;
  const last = rest.at(-1);
  // The monitor may not have seen yet that the last client has left.
  assert.ok(last.descriptors <= first.descriptors + 1, said);
  if (!process.env.TSPOD_VALGRIND) assert.ok(last.memory - first.memory <= SLACK, said);
  writeFileSync(join(c.store, "stopped-by-user"), "stop");
  process.kill(Number(facts(c).get("process").split(" ")[0]), "SIGKILL");
  await exitOf(c);
  assert.ok(!alive(c.monitor));
});
