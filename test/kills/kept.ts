import assert from "node:assert/strict";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Host } from "../support/host.ts";
import { makeImage } from "../support/image.ts";
import { ask, freePort } from "../support/ports.ts";
import { type Running, startProgram, until } from "../support/program.ts";
import { IMAGE, makeWorld, type World } from "../support/world.ts";

/** How long a command may take that only looks, on a machine on which `tspod --version` takes USUAL_MS. */
const ANSWER_MS = 2000;
const USUAL_MS = 100;

/** Commands that only look: one of them after each fault, in turn. */
const LOOKS: readonly (readonly string[])[] = [
  ["ps", "-a", "--size"],
  ["images", "-a"],
  ["volume", "ls"],
  ["pod", "ps"],
  ["network", "ls"],
  ["secret", "ls"],
  ["system", "df", "-v"],
  ["info"],
  ["events", "--stream=false"],
  ["inspect", "kept", "runs"],
  ["logs", "kept"],
  ["history", IMAGE],
  ["builder", "du"],
  ["exec", "runs", "true"],
];

/** A world with one object of each kind that no operation may touch, and a look at them. */
export interface KeptWorld {
  readonly world: World;
  readonly host: Host;
  /** What a power cut is to all but the disk: nothing runs, and the runtime directory is empty. */
  reboot(): Promise<void>;
  /** Everything is as it was, and the store is whole. @param turn chooses what else is asked */
  assertNothingLost(turn: number, after: string): Promise<void>;
  close(): Promise<void>;
}

const NAMES = ["kept", "data", IMAGE, "keptnet", "keptpod"];

export interface KeptOptions {
  /** Whether one of the containers runs, as none does after a power cut. Default: it does. */
  readonly running?: boolean;
  /** Whether another serves a port of the host, in a network with a name. Default: none does. */
  readonly serving?: boolean;
}

export async function makeKeptWorld({ running = true, serving = false }: KeptOptions): Promise<KeptWorld> {
  const world = await makeWorld();
  const { host, registry } = world;
  registry.add(
    "pulled",
    "latest",
    makeImage({ layers: [[{ path: "a", content: "a" }], [{ path: "b", content: "b" }]] }),
  );
  registry.add("other", "latest", makeImage({ layers: [[{ path: "f", content: "x" }]] }));
  // newuidmap gives nothing to a process that seccomp's filter is on: a keeper stays for all of it.
  let keeper = await startKeeper(host);
  const secret = join(host.directory, "secret");
  writeFileSync(secret, "a secret");
  for (const args of [
    [
      "run",
      "--name",
      "kept",
      "--network",
      "none",
      "-v",
      "data:/d",
      IMAGE,
      "sh",
      "-c",
      "echo in >/d/file; echo own >/file; echo said",
    ],
    ["network", "create", "keptnet"],
    ["pod", "create", "--name", "keptpod"],
    ["secret", "create", "keptsecret", secret],
    ["manifest", "create", "localhost/keptlist", IMAGE],
    // The first use of the volume that may copy something into it.
    ["cp", "kept:/file", "-"],
  ])
    await host.ok(args);
  if (running) await host.ok(["run", "-d", "--name", "runs", "--network", "none", IMAGE, "sleep", "100000"]);
  const served = serving ? await serve(host) : undefined;
  const names = [...NAMES, ...(running ? ["runs"] : []), ...(serving ? ["serves"] : [])];
  const look = async () => linesOf(await host.ok(["inspect", ...names]));
  const before = await look();
  return {
    world,
    host,
    async reboot() {
      const running = () => [...host.processes().keys(), ...inContainers(host)];
      for (const pid of running()) kill(pid);
      await until(() => running().length === 0, "the end of everything");
      rmSync(join(host.runtimeDirectory, "tspod"), { recursive: true, force: true });
      keeper = await startKeeper(host);
    },
    async assertNothingLost(turn, after) {
      const now = await look();
      const differences = [
        before.filter((line) => !now.includes(line)),
        now.filter((line) => !before.includes(line)),
      ];
      assert.deepEqual(differences, [[], []], `what is inspected, after ${after}`);
      const looks = LOOKS.filter((look) => running || !look.includes("runs"));
      const args = looks[turn % looks.length] ?? [];
      await assertAnswers(host, args, after);
      await served?.(after);
      const { code, stdout, stderr } = await host.tspod(["system", "check"]);
      assert.deepEqual([code, stderr], [0, ""], `after ${after}: ${stdout}`);
    },
    async close() {
      if (serving) await host.ok(["rm", "-f", "-t", "0", "serves"]);
      for (const [pid, line] of host.processes()) if (/^(?:flock|sleep 100000)/.test(line)) kill(pid);
      await keeper.ended;
      await world.close();
    },
  };
}

/** A container that says `served` at a port of the host; gives what asserts that it does so still. */
async function serve(host: Host): Promise<(after: string) => Promise<void>> {
  const port = await freePort();
  const command = ["nc", "-ll", "-p", "80", "-e", "echo", "served"];
  const flags = ["-d", "--name", "serves", "--network", "keptnet", "-p", `${port}:80`];
  await host.ok(["run", ...flags, IMAGE, ...command]);
  return async (after) => {
    await until(async () => (await ask(port)) === "served\n", `the port, after ${after}`, 20_000);
    const byName = ["exec", "serves", "nc", "-w", "2", "serves", "80"];
    await until(async () => (await host.tspod(byName)).stdout === "served\n", `the name, after ${after}`);
  };
}

/** A command that only looks has something to say, and in time. */
async function assertAnswers(host: Host, args: readonly string[], after: string): Promise<void> {
  const timed = async (each: readonly string[]) => {
    const began = performance.now();
    const { code, stderr } = await host.tspod(each);
    assert.deepEqual([code, stderr], [0, ""], `${each.join(" ")}, after ${after}`);
    return performance.now() - began;
  };
  // A busy machine is slow with everything, and now and then with one thing; a lock that is never given up
  // is always.
  let [taken, allowed] = [0, 0];
  for (let tries = 0; tries < 3; tries++) {
    taken = await timed(args);
    if (taken < ANSWER_MS) return;
    allowed = ANSWER_MS * Math.max(1, (await timed(["--version"])) / USUAL_MS);
    if (taken < allowed) return;
  }
  assert.fail(`${args.join(" ")}, after ${after}, takes ${taken} ms where ${allowed} are allowed`);
}

/** Shares the lock that the keeper waits for, so that the keeper stays until this is killed. */
async function startKeeper(host: Host): Promise<Running> {
  await host.ok(["unshare", "true"]);
  const lock = join(host.runtimeDirectory, "tspod/live.lock");
  const holder = startProgram("flock", ["--shared", lock, "sleep", "100000"], {
    env: host.env,
    timeoutMs: 2 ** 31 - 1,
  });
  const isHeld = () => [...host.processes().values()].includes("sleep 100000");
  await until(isHeld, "the lock");
  await host.ok(["unshare", "true"]); // the first keeper may have left just before
  return holder;
}

/** Processes of containers, which know of the host by nothing but their file systems. */
function inContainers({ directory }: Host): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && mountsOf(name).includes(directory))
    .map(Number);
}

function mountsOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/mountinfo`, "utf8");
  } catch {
    return ""; // it has ended
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // it has gone
  }
}

/** Lines of an inspection, but for names of images and members of networks, which come and go. */
function linesOf(inspection: string): string[] {
  const objects = JSON.parse(inspection) as unknown;
  const named = new Set(["NamesHistory", "RepoTags", "RepoDigests", "containers"]);
  return JSON.stringify(objects, (key, value: unknown) => (named.has(key) ? [] : value), 1).split("\n");
}

/** What is in the volume and the container of the kept ones, and in the secret. */
export async function assertContentKept(host: Host): Promise<void> {
  const read = ["run", "--rm", "--network", "none", "--secret", "keptsecret", "-v", "data:/d", IMAGE];
  assert.equal(await host.ok([...read, "cat", "/d/file", "/run/secrets/keptsecret"]), "in\na secret");
  assert.match(await host.ok(["cp", "kept:/file", "-"]), /own\n/);
  assert.equal(await host.ok(["logs", "kept"]), "said");
}
