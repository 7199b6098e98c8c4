import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Host } from "../support/host.ts";
import { makeImage } from "../support/image.ts";
import { IMAGE, makeWorld, type World } from "../support/world.ts";

/** How long a command may take that only looks, on a machine that does other things too. */
const ANSWER_MS = 20_000;

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
  /** Everything is as it was, and the store is whole. @param turn chooses what else is asked */
  assertNothingLost(turn: number, after: string): Promise<void>;
  close(): Promise<void>;
}

const NAMES = ["kept", "runs", "data", IMAGE, "keptnet", "keptpod"];

export async function makeKeptWorld(): Promise<KeptWorld> {
  const world = await makeWorld();
  const { host, registry } = world;
  registry.add(
    "pulled",
    "latest",
    makeImage({ layers: [[{ path: "a", content: "a" }], [{ path: "b", content: "b" }]] }),
  );
  registry.add("other", "latest", makeImage({ layers: [[{ path: "f", content: "x" }]] }));
  // newuidmap gives nothing to a process that seccomp's filter is on: a keeper stays for all of it.
  const keeper = host.start(["unshare", "sleep", "100000"], { timeoutMs: 2 ** 31 - 1 });
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
    ["run", "-d", "--name", "runs", "--network", "none", IMAGE, "sleep", "100000"],
    ["network", "create", "keptnet"],
    ["pod", "create", "--name", "keptpod"],
    ["secret", "create", "keptsecret", secret],
    ["manifest", "create", "localhost/keptlist", IMAGE],
    // The first use of the volume that may copy something into it.
    ["cp", "kept:/file", "-"],
  ])
    await host.ok(args);
  const look = async () => linesOf(await host.ok(["inspect", ...NAMES]));
  const before = await look();
  return {
    world,
    host,
    async assertNothingLost(turn, after) {
      const now = await look();
      const differences = [
        before.filter((line) => !now.includes(line)),
        now.filter((line) => !before.includes(line)),
      ];
      assert.deepEqual(differences, [[], []], `what is inspected, after ${after}`);
      const args = LOOKS[turn % LOOKS.length] ?? [];
      const began = performance.now();
      const looked = await host.tspod(args);
      assert.deepEqual([looked.code, looked.stderr], [0, ""], `${args.join(" ")}, after ${after}`);
      assert.ok(performance.now() - began < ANSWER_MS, `${args.join(" ")}, after ${after}, takes too long`);
      const { code, stdout, stderr } = await host.tspod(["system", "check"]);
      assert.deepEqual([code, stderr], [0, ""], `after ${after}: ${stdout}`);
    },
    async close() {
      keeper.child.kill("SIGKILL");
      await world.close();
    },
  };
}

/** Lines of an inspection, but for names of images, which operations may give and take. */
function linesOf(inspection: string): string[] {
  const objects = JSON.parse(inspection) as unknown;
  const named = new Set(["NamesHistory", "RepoTags", "RepoDigests"]);
  return JSON.stringify(objects, (key, value: unknown) => (named.has(key) ? [] : value), 1).split("\n");
}

/** What is in the volume and the container of the kept ones, and in the secret. */
export async function assertContentKept(host: Host): Promise<void> {
  const read = ["run", "--rm", "--network", "none", "--secret", "keptsecret", "-v", "data:/d", IMAGE];
  assert.equal(await host.ok([...read, "cat", "/d/file", "/run/secrets/keptsecret"]), "in\na secret");
  assert.match(await host.ok(["cp", "kept:/file", "-"]), /own\n/);
  assert.equal(await host.ok(["logs", "kept"]), "said");
}
