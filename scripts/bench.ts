import { readFileSync } from "node:fs";
import Table from "cli-table3";
import { type Host, makeHost } from "../test/support/host.ts";
import { makeImage } from "../test/support/image.ts";
import { requireProgram, TSPOD } from "../test/support/program.ts";
import { type Registry, startRegistry } from "../test/support/registry.ts";
import { bigLayer } from "./bench-image.ts";

/** The two programs, and where each has its store. */
interface Contest {
  readonly tspod: Host;
  readonly podman: Host;
}

/** Measured values of one row; smaller is better. */
interface Row {
  readonly what: string;
  readonly unit: "ms" | "MB";
  readonly tspod: readonly number[];
  readonly podman: readonly number[];
  /** What issue-tracked goals say: a ratio, or an absolute value in the unit. */
  readonly goal: { readonly ratio: number } | { readonly below: number };
}

const IMAGE = "bench.localhost/busybox";
const BIG_IMAGE = "bench.localhost/big";
const SHORT = process.argv.includes("--short");
const ROUNDS = SHORT ? 5 : 21;
const PULLS = SHORT ? 1 : 3;
const CONTAINERS = SHORT ? 20 : 100;

function makeContest(registry: Registry, parent: string): Contest {
  const podman = requireProgram("podman", "podman");
  const hosts = {
    tspod: makeHost({ parent, program: TSPOD }),
    podman: makeHost({ parent, program: podman }),
  };
  const mirror = `[[registry]]\nprefix = "bench.localhost"\nlocation = "${registry.address}"\ninsecure = true\n`;
  for (const host of Object.values(hosts)) host.configureRegistries(mirror);
  return hosts;
}

async function timed(action: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await action();
  return performance.now() - began;
}

/** Both in turn, so that whatever else the machine does hits both; one round first that doesn't count. */
async function inTurn(
  contest: Contest,
  action: (host: Host) => Promise<number>,
  { rounds, warmUp = true }: { rounds: number; warmUp?: boolean },
) {
  const measured = { tspod: [] as number[], podman: [] as number[] };
  for (let round = warmUp ? -1 : 0; round < rounds; round++) {
    const results = { tspod: await action(contest.tspod), podman: await action(contest.podman) };
    if (round < 0) continue;
    measured.tspod.push(results.tspod);
    measured.podman.push(results.podman);
  }
  return measured;
}

async function onBoth(contest: Contest, args: readonly string[]): Promise<void> {
  await contest.tspod.ok(args);
  await contest.podman.ok(args);
}

function time(contest: Contest, args: readonly string[]) {
  return inTurn(contest, (host) => timed(() => host.ok(args)), { rounds: ROUNDS });
}

async function benchCommands(contest: Contest): Promise<Row[]> {
  await onBoth(contest, ["pull", "-q", IMAGE]);
  const none = await time(contest, ["run", "--rm", "--network", "none", IMAGE, "true"]);
  const slirp = await time(contest, ["run", "--rm", IMAGE, "true"]);
  await onBoth(contest, ["run", "-d", "--name", "box", "--network", "none", IMAGE, "sleep", "100000"]);
  const exec = await time(contest, ["exec", "box", "true"]);
  for (let number = 0; number < CONTAINERS; number++)
    await onBoth(contest, ["create", "--network", "none", IMAGE, "true"]);
  const ps = await time(contest, ["ps", "-a"]);
  return [
    { what: "run --rm --network none IMAGE true", unit: "ms", ...none, goal: { ratio: 0.55 } },
    { what: "run --rm IMAGE true (slirp4netns)", unit: "ms", ...slirp, goal: { ratio: 0.5 } },
    { what: "exec C true", unit: "ms", ...exec, goal: { ratio: 0.55 } },
    { what: `ps -a, ${CONTAINERS} containers`, unit: "ms", ...ps, goal: { ratio: 0.7 } },
  ];
}

/** Megabytes that only this process uses: what it costs to have it. */
function privateMemory(pid: number): number {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  const kilobytes = [...text.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB$/gm)].reduce(
    (sum, [, value]) => sum + Number(value),
    0,
  );
  return kilobytes / 1024;
}

function memoryOf(host: Host, pattern: RegExp): number {
  const [pid] = [...host.processes()].find(([, commandLine]) => pattern.test(commandLine)) ?? [];
  if (pid === undefined) throw new Error(`no process like ${pattern}`);
  return privateMemory(pid);
}

async function benchMemory(contest: Contest): Promise<Row[]> {
  const clients = [contest.tspod, contest.podman].map((host) =>
    host.start(
      ["run", "--name", "front", "--network", "none", IMAGE, "sh", "-c", "echo ready; exec sleep 100000"],
      { timeoutMs: 600_000 },
    ),
  );
  for (const client of clients) await client.saw(/ready/);
  const [tspod, podman] = clients.map((client) => privateMemory(client.pid));
  const rows: Row[] = [
    {
      what: "private memory: monitor (conmon)",
      unit: "MB",
      tspod: [memoryOf(contest.tspod, /tspod-monitor/)],
      podman: [memoryOf(contest.podman, /^\S*conmon /)],
      goal: { below: 0.6 },
    },
    {
      what: "private memory: foreground client",
      unit: "MB",
      tspod: [tspod ?? 0],
      podman: [podman ?? 0],
      goal: { below: 1 },
    },
  ];
  await onBoth(contest, ["rm", "-f", "-t", "0", "front"]);
  for (const client of clients) await client.ended;
  return rows;
}

async function benchPull(contest: Contest, what: string, goal: number): Promise<Row> {
  const pull = async (host: Host) => {
    const milliseconds = await timed(() => host.ok(["pull", "-q", BIG_IMAGE], { timeoutMs: 300_000 }));
    await host.ok(["rmi", "-f", BIG_IMAGE], { timeoutMs: 120_000 });
    return milliseconds;
  };
  return {
    what,
    unit: "ms",
    ...(await inTurn(contest, pull, { rounds: PULLS, warmUp: false })),
    goal: { ratio: goal },
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}

function formatRow({ what, unit, tspod, podman, goal }: Row): string[] {
  const [ours, theirs] = [median(tspod), median(podman)];
  const digits = unit === "ms" ? 0 : 2;
  const reached = "ratio" in goal ? ours / theirs <= goal.ratio : ours < goal.below;
  const wanted = "ratio" in goal ? `≤ ${goal.ratio.toFixed(2)}` : `< ${goal.below} ${unit}`;
  return [
    what,
    `${ours.toFixed(digits)} ${unit}`,
    `${theirs.toFixed(digits)} ${unit}`,
    (ours / theirs).toFixed(2),
    wanted,
    reached ? "yes" : "NO",
  ];
}

async function main(): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const registry = stack.adopt(await startRegistry(), (running) => running.close());
  registry.add("busybox", "latest", makeImage());
  registry.add("big", "latest", makeImage({ layers: [bigLayer(SHORT ? 0.2 : 1)] }));
  const contestIn = (parent: string) => {
    const contest = makeContest(registry, parent);
    for (const host of Object.values(contest)) stack.defer(() => host.close());
    return contest;
  };
  const onDisk = contestIn("/var/tmp");
  console.log(
    `${await onDisk.tspod.ok(["--version"])}; ${await onDisk.podman.ok(["--version"])}, driver ${await onDisk.podman.ok(["info", "-f", "{{.Store.GraphDriverName}}"])}; ${ROUNDS} rounds, medians`,
  );
  const rows = [
    ...(await benchCommands(onDisk)),
    ...(await benchMemory(onDisk)),
    await benchPull(onDisk, "pull, loopback registry, store on disk", 0.6),
    await benchPull(contestIn("/dev/shm"), "pull, loopback registry, store in tmpfs", 0.35),
  ];
  const table = new Table({
    head: ["what", "tspod", "podman", "ratio", "goal", "reached"],
    style: { head: [], border: [] },
    colAligns: ["left", "right", "right", "right", "right", "left"],
  });
  table.push(...rows.map(formatRow));
  console.log(table.toString());
}

await main();
