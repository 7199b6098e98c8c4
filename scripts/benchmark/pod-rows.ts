import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { sleep } from "../../test/support/program.ts";
import { duration, IMAGE } from "./command-rows.ts";
import { type Contest, type Contestant, inTurn } from "./contest.ts";
import type { BenchOptions } from "./options.ts";
import { privateMemory } from "./resident-rows.ts";
import type { Row } from "./row.ts";

/** What is left to be done behind the back of who waits is not to be in the next one's time. */
const SETTLE_MS = 400;
const PODS = 10;
const RATIO = 0.4;
const WAIT = ["sleep", "100000"];
/** The same way out for all: each has its own default. */
const NETWORK = ["--network", "slirp4netns"];

/** Pods by commands, and by Kubernetes YAML. */
export async function podRows(contest: Contest, { rounds, short }: BenchOptions): Promise<Row[]> {
  const few = Math.min(rounds, short ? 3 : 11);
  const made = await inTurn(contest.engines, podOfTwo, { rounds: few });
  const three = await played(contest, podDocument("three", ["a", "b", "c"]), few);
  const names = Array.from({ length: PODS }, (_, index) => `pod${index}`);
  const ten = await played(
    contest,
    names.map((name) => podDocument(name, ["a"])).join("---\n"),
    short ? 2 : 5,
  );
  const row = (what: string, values: Row["values"]): Row => ({
    what,
    unit: "ms",
    values,
    goal: { ratio: RATIO },
  });
  return [
    row("pod create, twice create --pod, pod start", made),
    row("kube play, a pod of three containers", three.play),
    row("kube down of it", three.down),
    row(`kube play, ${PODS} pods`, ten.play),
    row(`kube down of them`, ten.down),
    {
      what: "private memory of a pod: infra's monitor and process",
      unit: "MB",
      values: await podMemory(contest),
      goal: { below: 1 },
    },
  ];
}

async function podOfTwo({ program, host }: Contestant): Promise<number> {
  await sleep(SETTLE_MS);
  const steps = [
    ["pod", "create", "--name", "p", ...NETWORK],
    ["create", "--pod", "p", IMAGE, ...WAIT],
    ["create", "--pod", "p", IMAGE, ...WAIT],
    ["pod", "start", "p"],
  ];
  const taken = steps.map((args) => duration(program, args, host.env));
  await host.ok(["pod", "rm", "-f", "-t", "0", "p"]);
  return taken.reduce((sum, each) => sum + each, 0);
}

function podDocument(name: string, containers: readonly string[]): string {
  const lines = containers.flatMap((container) => [
    `    - name: ${container}`,
    `      image: ${IMAGE}:latest`,
    "      imagePullPolicy: IfNotPresent",
    `      command: ${JSON.stringify(WAIT)}`,
  ]);
  return [
    "apiVersion: v1",
    "kind: Pod",
    `metadata: {name: ${name}}`,
    "spec:",
    // It does not wait for a program that does not end when it is asked to.
    "  terminationGracePeriodSeconds: 0",
    "  containers:",
    ...lines,
    "",
  ].join("\n");
}

type Values = Map<Contestant["name"], number[]>;

/** @returns milliseconds of both, by contestant */
async function played(
  { engines }: Contest,
  document: string,
  rounds: number,
): Promise<{ readonly play: Values; readonly down: Values }> {
  const both = await inTurn(
    engines,
    async ({ program, host }) => {
      const file = join(host.directory, "pods.yaml");
      writeFileSync(file, document);
      await sleep(SETTLE_MS);
      const play = duration(program, ["kube", "play", "-q", ...NETWORK, file], host.env);
      await sleep(SETTLE_MS);
      return { play, down: duration(program, ["kube", "down", file], host.env) };
    },
    { rounds },
  );
  const part = (of: "play" | "down"): Values =>
    new Map([...both].map(([name, values]) => [name, values.map((each) => each[of])]));
  return { play: part("play"), down: part("down") };
}

/** Of a pod that has started, and has no other container. */
async function podMemory({ engines }: Contest): Promise<Values> {
  const values: Values = new Map();
  for (const { name, host } of engines) {
    await host.ok(["pod", "create", "--name", "m", "--network", "none"]);
    await host.ok(["pod", "start", "m"]);
    await sleep(SETTLE_MS);
    const infra = await host.ok(["pod", "inspect", "-f", "{{.InfraContainerID}}", "m"]);
    const pids = await host.ok(["inspect", "-f", "{{.State.Pid}} {{.State.ConmonPid}}", infra]);
    const megabytes = pids.split(" ").map((pid) => privateMemory(Number(pid)));
    values.set(name, [megabytes.reduce((sum, each) => sum + each, 0)]);
    await host.ok(["pod", "rm", "-f", "-t", "0", "m"]);
  }
  return values;
}
