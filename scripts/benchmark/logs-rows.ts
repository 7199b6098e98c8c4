import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { basename } from "node:path";
import { sleep } from "../../test/support/program.ts";
import { IMAGE } from "./command-rows.ts";
import { type Contest, type Contestant, inTurn, onAll } from "./contest.ts";
import { costOf } from "./cost.ts";
import type { BenchOptions } from "./options.ts";
import type { Row } from "./row.ts";

/** Made before the clock starts, so that its maker is not what is measured. */
const FILE = "/dev/shm/file";
/** How often that is written. */
const TIMES = 16;
const LINE = "0123456789".repeat(7);
const OUTPUTS = {
  "lines of 70 bytes": (megabytes: number) => `yes ${LINE} | head -c ${megabytes}m`,
  "blocks without a newline": (megabytes: number) => `head -c ${megabytes}m /dev/zero | tr '\\0' x`,
} as const;

/** Milliseconds in which a container of its own gets rid of an output, TIMES times, with nobody attached. */
async function writeTime({ host }: Contestant, output: string): Promise<number> {
  const uptime = (file: string) => `cut -d' ' -f1 /proc/uptime >/dev/shm/${file}`;
  const files = Array.from({ length: TIMES }, () => FILE).join(" ");
  const script = `${output} >${FILE}; ${uptime("began")}; cat ${files}; ${uptime("ended")}; touch /dev/shm/done; sleep 100000`;
  // In memory: the disk takes longer than either program. It may take 1.6 GB there.
  const log = `/dev/shm/${basename(host.directory)}.log`;
  const flags = ["--name", "writer", "--network", "none", "--shm-size", "128m"];
  const logFlags = ["--log-driver", "k8s-file", "--log-opt", `path=${log}`];
  await host.ok(["run", "-d", ...flags, ...logFlags, IMAGE, "sh", "-c", script]);
  while ((await host.tspod(["exec", "writer", "test", "-e", "/dev/shm/done"])).code !== 0) {
    assert.equal(await host.ok(["inspect", "-f", "{{.State.Running}}", "writer"]), "true");
    await sleep(500);
  }
  const [began = 0, ended = 0] = (
    await host.ok(["exec", "writer", "cat", "/dev/shm/began", "/dev/shm/ended"])
  )
    .split("\n")
    .map(Number);
  await host.ok(["rm", "-f", "-t", "0", "writer"]);
  rmSync(log);
  return (ended - began) * 1000;
}

/** What it takes to write logs, and to read them. */
export async function logRows(
  contest: Contest,
  { short, imageRounds: rounds }: BenchOptions,
): Promise<Row[]> {
  const megabytes = short ? 4 : 64;
  const rows = await writeRows(contest, { megabytes, rounds });
  for (const thousands of short ? [1, 100] : [1, 10, 100, 1000])
    rows.push(...(await readRows(contest, { thousands, rounds })));
  return rows;
}

async function writeRows(
  { engines }: Contest,
  { megabytes, rounds }: { megabytes: number; rounds: number },
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [name, output] of Object.entries(OUTPUTS)) {
    const write = (one: Contestant) => writeTime(one, output(megabytes));
    const values = await inTurn(engines, write, { rounds, warmUp: false });
    const what = `${TIMES * megabytes} MB to the log, ${name}`;
    rows.push({ what, unit: "ms", values, goal: { ratio: 0.5 } });
  }
  return rows;
}

async function readRows(
  contest: Contest,
  { thousands, rounds }: { thousands: number; rounds: number },
): Promise<Row[]> {
  const name = `lines-${thousands}`;
  const run = ["run", "-d", "--name", name, "--network", "none", "--log-driver", "k8s-file"];
  await onAll(contest, [...run, IMAGE, "sh", "-c", `yes ${LINE.slice(0, 40)} | head -n ${thousands}000`]);
  await onAll(contest, ["wait", name]);
  const rows: Row[] = [];
  for (const flags of [[], ["--tail", "10"]]) {
    const read = async (one: Contestant) => (await costOf(one, ["logs", ...flags, name])).wall;
    const values = await inTurn(contest.engines, read, { rounds });
    const plot = ["logs", ...flags].join(" ");
    const point = { plot, of: "thousand lines", at: thousands };
    const what = `${plot} of ${thousands} 000 lines`;
    rows.push({ what, unit: "ms", values, goal: { ratio: flags.length > 0 ? 1 : 0.6 }, point });
  }
  return rows;
}
