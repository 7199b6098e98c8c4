import { connect } from "node:net";
import { freePort } from "../../test/support/ports.ts";
import { runProgram, sleep, until } from "../../test/support/program.ts";
import { duration, IMAGE } from "./command-rows.ts";
import { type Contest, type Contestant, inTurn, onAll } from "./contest.ts";
import type { BenchOptions } from "./options.ts";
import { privateMemory } from "./resident-rows.ts";
import type { Row } from "./row.ts";

const NETWORK = "bench";
/** What is left to be done behind the back of who waits is not to be in the next one's time. */
const SETTLE_MS = 250;
/** After that nothing is left of the first container of a network: the holder lingers for three seconds. */
const EMPTY_MS = 4500;
const REQUESTS = 300;
const MEGABYTES = 512;

type Action = (contestant: Contestant) => Promise<number>;

/** Networks with names: all have one called bench. */
export async function networkRows(contest: Contest, { rounds, short }: BenchOptions): Promise<Row[]> {
  const few = Math.min(rounds, short ? 3 : 11);
  await onAll(contest, ["network", "create", NETWORK]);
  await onAll(contest, ["network", "create", "other"]);
  const run = command(["run", "--rm", "--network", NETWORK, IMAGE, "true"]);
  const first = await measure(contest, few, async (contestant) => {
    await sleep(EMPTY_MS);
    return run(contestant);
  });
  await onAll(contest, ["run", "-d", "--name", "box", "--network", NETWORK, IMAGE, "sleep", "100000"]);
  const further = await measure(contest, rounds, run);
  const connected = await measure(contest, few, command(["network", "connect", "other", "box"]), [
    "network",
    "disconnect",
    "other",
    "box",
  ]);
  await onAll(contest, ["network", "connect", "other", "box"]);
  const disconnected = await measure(contest, few, command(["network", "disconnect", "other", "box"]), [
    "network",
    "connect",
    "other",
    "box",
  ]);
  const served = await requestRow(contest, few);
  const [into, out] = [await streamRow(contest, few, "in"), await streamRow(contest, few, "out")];
  const many = await atOnce(contest, { count: short ? 10 : 50, rounds: short ? 1 : 3 });
  const row = (what: string, values: Row["values"], ratio: number): Row => ({
    what,
    unit: "ms",
    values,
    goal: { ratio },
  });
  return [
    row("run --rm --network NET IMAGE true, the first there", first, 0.4),
    row("run --rm --network NET IMAGE true, a further one", further, 0.4),
    row("network connect NET CONTAINER", connected, 0.35),
    row("network disconnect NET CONTAINER", disconnected, 0.35),
    row(`${REQUESTS} connections through a published port`, served, 0.67),
    row(`${MEGABYTES} MB into a container (iperf3)`, into, 1),
    row(`${MEGABYTES} MB out of a container (iperf3)`, out, 1),
    row(`${short ? 10 : 50} × run -d --network NET at once`, many, 0.5),
    {
      what: "private memory: tspod-network and its name server",
      unit: "MB",
      values: new Map([["tspod", [holderMemory(contest)]]]),
      goal: { below: 1.5 },
    },
  ];
}

function command(args: readonly string[]): Action {
  return async ({ program, host }) => {
    await sleep(SETTLE_MS);
    return duration(program, args, host.env);
  };
}

/** @param back what undoes it, outside of the time */
async function measure(
  { engines }: Contest,
  rounds: number,
  action: Action,
  back?: readonly string[],
): Promise<Row["values"]> {
  return inTurn(
    engines,
    async (contestant) => {
      const taken = await action(contestant);
      if (back !== undefined) await contestant.host.ok(back);
      return taken;
    },
    { rounds },
  );
}

/** Connections one after the other to a web server in the container. */
async function requestRow(contest: Contest, rounds: number): Promise<Row["values"]> {
  const ports = await published(contest, ["httpd", "-f", "-p", "80"], 80);
  for (const port of ports.values()) await until(() => answers(port), "the web server");
  const values = await measure(contest, rounds, async ({ name }) => {
    const began = performance.now();
    for (let i = 0; i < REQUESTS; i++) await request(ports.get(name) ?? 0);
    return performance.now() - began;
  });
  await onAll(contest, ["rm", "-f", "-t", "0", "server"]);
  return values;
}

/** A server in a container of each, and where it is on the host. */
async function published(
  { engines }: Contest,
  argv: readonly string[],
  port: number,
): Promise<ReadonlyMap<string, number>> {
  const ports = new Map<string, number>();
  for (const { name, host } of engines) {
    const hostPort = await freePort();
    ports.set(name, hostPort);
    await host.ok([
      "run",
      "-d",
      "--name",
      "server",
      "--network",
      NETWORK,
      "-p",
      `${hostPort}:${port}`,
      "-v",
      "/usr:/usr:ro",
      "-v",
      "/lib:/lib:ro",
      "-v",
      "/lib64:/lib64:ro",
      IMAGE,
      ...argv,
    ]);
  }
  return ports;
}

function answers(port: number): Promise<boolean> {
  return request(port).then(
    () => true,
    () => false,
  );
}

function request(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write("GET /nothing HTTP/1.0\r\n\r\n"));
    socket.on("data", () => socket.destroy());
    socket.on("error", reject);
    socket.on("close", () => resolve());
    socket.setTimeout(2000, () => socket.destroy(new Error("no answer")));
  });
}

/** iperf3, which the host's directories bring into the container, between it and the host. */
async function streamRow(contest: Contest, rounds: number, way: "in" | "out"): Promise<Row["values"]> {
  const ports = await published(contest, ["/usr/bin/iperf3", "--server", "--port", "5201"], 5201);
  await sleep(1000); // it serves one client at a time: a connection that only looks would be one
  const values = await measure(contest, rounds, async ({ name, host }) => {
    const args = ["--client", "127.0.0.1", "--port", String(ports.get(name)), "--bytes", `${MEGABYTES}M`];
    const began = performance.now();
    const { code, stdout, stderr } = await runProgram(
      "iperf3",
      way === "in" ? args : [...args, "--reverse"],
      { env: host.env },
    );
    if (code !== 0) throw new Error(`iperf3: ${stdout}${stderr}`);
    return performance.now() - began;
  });
  await onAll(contest, ["rm", "-f", "-t", "0", "server"]);
  return values;
}

/** By a shell: to fork fifty times takes the bench's own process a part of what is measured. */
const AT_ONCE = 'count=$1; shift; while [ "$count" -gt 0 ]; do "$@" & count=$((count - 1)); done; wait';

async function atOnce(
  { engines }: Contest,
  { count, rounds }: { count: number; rounds: number },
): Promise<Row["values"]> {
  const run = ["run", "-d", "--network", NETWORK, IMAGE, "sleep", "100000"];
  return inTurn(
    engines,
    async ({ program, host }) => {
      const began = performance.now();
      const { stdout } = await runProgram("sh", ["-c", AT_ONCE, "sh", String(count), program, ...run], {
        env: host.env,
        cwd: host.directory,
      });
      const taken = performance.now() - began;
      await host.ok(["rm", "-f", "-t", "0", ...stdout.trim().split("\n")]);
      return taken;
    },
    { rounds, warmUp: false },
  );
}

function holderMemory({ tspod }: Contest): number {
  const pids = [...tspod.host.processes()]
    .filter(([, line]) => /tspod-network /.test(line))
    .map(([pid]) => pid);
  return pids.reduce((sum, pid) => sum + privateMemory(pid), 0);
}
