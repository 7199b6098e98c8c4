import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { chooseSeed, type Random, seededRandom } from "../../scripts/fuzz/random.ts";
import type { Result } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

/** Commands at once, and how often that many are begun. */
const AT_ONCE = 100;
const ROUNDS = process.env.TSPOD_KILLS === undefined ? 1 : 20;

const world = await makeWorld();
after(() => world.close());
const { host } = world;
const seed = chooseSeed(process.env);
const archive = join(host.directory, "saved.tar");
writeFileSync(join(host.directory, "secret"), "secret");
await host.ok(["save", "-q", "-o", archive, IMAGE]);

/** A few objects of each kind, which all commands share. */
const NAMES = ["one", "two", "three"];
const [NO_CONTAINER, TAKEN] = [
  /no such container|was removed meanwhile|no container with/,
  /already in use|already exists|name in use/,
];
const [NO_VOLUME, NO_OTHER] = [
  /no such volume/,
  /not found|no such|image not known|unable to find|tag not known/i,
];
const STATE = /container state improper|is not running|was started meanwhile|running or paused|can only/;

/** What a command may end with while others work on the same things: each of these may be true then. */
const COMMANDS: readonly (readonly [args: (name: string) => string[], ...untruths: RegExp[]])[] = [
  [
    (name) => ["run", "-d", "--name", name, "--network", "none", "-v", `${name}:/v`, IMAGE, "sleep", "1000"],
    TAKEN,
    NO_CONTAINER,
    NO_VOLUME,
  ],
  [() => ["run", "--rm", "--network", "none", IMAGE, "true"]],
  [(name) => ["create", "--name", name, "--network", "none", IMAGE, "sleep", "1000"], TAKEN, NO_CONTAINER],
  [(name) => ["start", name], NO_CONTAINER, STATE],
  [(name) => ["stop", "-t", "0", name], NO_CONTAINER, STATE],
  [(name) => ["restart", "-t", "0", name], NO_CONTAINER, STATE],
  [(name) => ["rm", "-f", "-t", "0", name], NO_CONTAINER],
  [(name) => ["rm", name], NO_CONTAINER, STATE],
  [(name) => ["rename", name, `${name}-renamed`], NO_CONTAINER, TAKEN],
  [(name) => ["rm", "-f", "-t", "0", `${name}-renamed`], NO_CONTAINER],
  [(name) => ["exec", name, "true"], NO_CONTAINER, STATE],
  [(name) => ["update", "--restart", "no", name], NO_CONTAINER],
  [(name) => ["volume", "create", name], TAKEN],
  [(name) => ["volume", "rm", name], NO_VOLUME, /is being used/],
  [(name) => ["tag", IMAGE, `localhost/${name}`], NO_OTHER],
  [(name) => ["untag", IMAGE, `localhost/${name}`], NO_OTHER],
  [() => ["load", "-q", "-i", archive]],
  [(name) => ["secret", "create", name, join(host.directory, "secret")], TAKEN],
  [(name) => ["secret", "rm", name], NO_OTHER],
  [(name) => ["network", "create", name], TAKEN, /is already used/],
  [(name) => ["network", "rm", name], NO_OTHER, /is being used|associated containers/],
  [(name) => ["commit", "-q", name, `localhost/${name}`], NO_CONTAINER],
  [() => ["ps", "-a"]],
  [() => ["images"]],
  [() => ["volume", "ls"]],
  [() => ["system", "df"]],
];

/** @throws {AssertionError} Unless a command has done its work, or says what may be true. */
function assertTrue(args: readonly string[], { code, stderr }: Result, allowed: readonly RegExp[]): void {
  assert.doesNotMatch(stderr, /bug in tspod|\n {4}at |ENOENT|EEXIST|ENOTEMPTY/, args.join(" "));
  if (code === 0) return;
  const isTrue = allowed.some((words) => words.test(stderr));
  assert.ok(isTrue, `tspod ${args.join(" ")}: exit ${code}: ${stderr}`);
}

async function storm(random: Random): Promise<void> {
  const calls = Array.from({ length: AT_ONCE }, () => {
    const [make, ...allowed] = random.pick(COMMANDS);
    const args = make(random.pick(NAMES));
    return async () => assertTrue(args, await host.tspod(args, { timeoutMs: 300_000 }), allowed);
  });
  const settled = await Promise.allSettled(calls.map((call) => call()));
  const untrue = settled.flatMap((each) => (each.status === "rejected" ? [String(each.reason)] : []));
  assert.deepEqual(untrue, []);
}

test(`${AT_ONCE} commands at once on the same few objects (TSPOD_FUZZ_SEED=${seed})`, {
  timeout: 3_600_000,
}, async () => {
  const random = seededRandom(seed);
  for (let round = 0; round < ROUNDS; round++) {
    await storm(random);
    const { code, stdout, stderr } = await host.tspod(["system", "check"]);
    assert.deepEqual([code, stderr], [0, ""], stdout);
  }
});

test("no update is lost: 30 tags, volumes, secrets and networks that are made at once are there", {
  timeout: 600_000,
}, async () => {
  const numbers = Array.from({ length: 30 }, (_, index) => String(index));
  const made = numbers.flatMap((number) => [
    host.ok(["tag", IMAGE, `localhost/many:${number}`], { timeoutMs: 300_000 }),
    host.ok(["volume", "create", `many-${number}`], { timeoutMs: 300_000 }),
    host.ok(["secret", "create", `many-${number}`, join(host.directory, "secret")], { timeoutMs: 300_000 }),
    host.ok(["network", "create", `many-${number}`], { timeoutMs: 300_000 }),
  ]);
  await Promise.all(made);
  const listed = async (args: readonly string[], pattern: RegExp) =>
    (await host.ok(args)).split("\n").filter((line) => pattern.test(line)).length;
  assert.equal(await listed(["images", "--format", "{{.Tag}}", "localhost/many"], /^\d+$/), 30);
  assert.equal(await listed(["volume", "ls", "-q"], /^many-/), 30);
  assert.equal(await listed(["secret", "ls", "--format", "{{.Name}}"], /^many-/), 30);
  assert.equal(await listed(["network", "ls", "-q"], /^many-/), 30);
  const subnets = await host.ok([
    "network",
    "inspect",
    "--format",
    "{{range .Subnets}}{{.Subnet}}{{end}}",
    ...numbers.map((number) => `many-${number}`),
  ]);
  assert.equal(new Set(subnets.split("\n")).size, 30, "each network has a subnet of its own");
});
