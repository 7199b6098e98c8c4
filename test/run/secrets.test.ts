import assert from "node:assert/strict";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;
const file = join(host.directory, "hush");
writeFileSync(file, "hush hush");
const run = (flags: readonly string[], script: string) =>
  host.ok(["run", "--rm", "--network", "none", ...flags, IMAGE, "sh", "-c", script]);
const refused = (message: string) => ({ code: 125, stdout: "", stderr: `Error: ${message}\n` });

test("create, ls, inspect, exists, rm", async () => {
  const id = await host.ok(["secret", "create", "-l", "a=b", "one", file]);
  assert.match(id, /^[0-9a-f]{25}$/);
  assert.deepEqual(await host.tspod(["secret", "create", "one", file]), refused("one: secret name in use"));
  await host.ok(["secret", "create", "--env", "two", "HUSH"], { env: { HUSH: "from the environment" } });
  assert.equal(
    await host.ok(["secret", "ls", "--filter", "name=one", "--format", "{{.ID}} {{.Name}} {{.Driver}}"]),
    `${id} one file`,
  );
  assert.match(
    await host.ok(["secret", "ls"]),
    /^ID {25}NAME {8}DRIVER {6}CREATED +UPDATED\n[0-9a-f]{25} {2}(one|two) {9}file /,
  );
  const [secret] = JSON.parse(await host.ok(["secret", "inspect", id.slice(0, 8)]));
  assert.deepEqual([secret.ID, secret.Spec.Name, secret.Spec.Labels], [id, "one", { a: "b" }]);
  assert.equal((await host.tspod(["secret", "exists", "one"])).code, 0);
  assert.equal((await host.tspod(["secret", "exists", "three"])).code, 1);
  assert.deepEqual(await host.tspod(["secret", "rm", "one", "three"]), {
    code: 125,
    stdout: `${id}\n`,
    stderr: 'Error: no secret with name or id "three": no such secret\n',
  });
  await host.ok(["secret", "rm", "--all"]);
  assert.equal(await host.ok(["secret", "ls", "-q"]), "");
});

test("create, --replace and rm tell their events, of the ID alone; --ignore of one that is there tells none", async () => {
  const since = String(Date.now() / 1000);
  const make = (...flags: string[]) => host.ok(["secret", "create", ...flags, "told", "-"], { input: "x" });
  const [first, second] = [await make(), await make("--replace")];
  await make("--ignore");
  await host.ok(["secret", "rm", "told"]);
  const events = async (...flags: string[]) =>
    await host.ok(["events", "--stream=false", "--since", since, "--filter", "type=secret", ...flags]);
  const expected = [`create ${first} `, `create ${second} `, `remove ${second} `];
  assert.equal(await events("--format", "{{.Status}} {{.ID}} {{.Name}}"), expected.join("\n"));
  assert.match(
    await events(),
    new RegExp(
      `^[^\n]* secret create ${first}\n[^\n]* secret create ${second}\n[^\n]* secret remove ${second}$`,
    ),
  );
});

describe("one of that name is there", () => {
  const shown = async (name: string) =>
    host.ok(["secret", "inspect", "--showsecret", "--format", "{{.ID}} {{.SecretData}}", name]);

  test("--ignore leaves it, and prints its ID", async () => {
    const id = await host.ok(["secret", "create", "held", "-"], { input: "first" });
    assert.equal(await host.ok(["secret", "create", "--ignore", "held", "-"], { input: "second" }), id);
    assert.equal(await shown("held"), `${id} first`);
  });

  test("--replace puts a new one in its place, and keeps the time it was created", async () => {
    const times = async () => JSON.parse(await host.ok(["secret", "inspect", "held"]))[0];
    const before = await times();
    const id = await host.ok(["secret", "create", "--replace", "held", "-"], { input: "third" });
    assert.notEqual(id, before.ID);
    assert.equal(await shown("held"), `${id} third`);
    const { CreatedAt, UpdatedAt } = await times();
    assert.equal(CreatedAt, before.CreatedAt);
    assert.ok(UpdatedAt > CreatedAt);
  });

  test("--replace and --ignore make one where there is none", async () => {
    for (const flag of ["--replace", "--ignore"]) {
      const id = await host.ok(["secret", "create", flag, "fresh", "-"], { input: flag });
      assert.equal(await shown("fresh"), `${id} ${flag}`);
      await host.ok(["secret", "rm", "fresh"]);
    }
  });

  test("not both", async () =>
    assert.deepEqual(
      await host.tspod(["secret", "create", "--replace", "--ignore", "held", file]),
      refused("cannot use --ignore and --replace flags together"),
    ));

  test("rm --ignore says nothing of one that is not there", async () => {
    const { ID } = JSON.parse(await host.ok(["secret", "inspect", "held"]))[0];
    assert.equal(await host.ok(["secret", "rm", "--ignore", "nosuch", "held"]), ID);
    assert.equal(await host.ok(["secret", "rm", "-i", "nosuch"]), "");
  });

  test("inspect shows what is secret only when it is asked to", async () => {
    await host.ok(["secret", "create", "held", file]);
    assert.equal(await host.ok(["secret", "inspect", "--format", "{{.SecretData}}", "held"]), "");
    assert.equal("SecretData" in JSON.parse(await host.ok(["secret", "inspect", "held"]))[0], false);
    const [shownSecret] = JSON.parse(await host.ok(["secret", "inspect", "--showsecret", "held"]));
    assert.equal(shownSecret.SecretData, "hush hush");
    await host.ok(["secret", "rm", "held"]);
  });
});

test("only its owner can read it", async () => {
  await host.ok(["secret", "create", "kept", file]);
  const path = join(host.dataDirectory, "tspod/secrets/kept.json");
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.ok(!readFileSync(path, "utf8").includes("hush hush"));
  await host.ok(["secret", "rm", "kept"]);
});

for (const [name, args, message] of [
  [
    "a bad name",
    ["a/b", file],
    `secret name "a/b" can not include '=', '/', ',', or the '\\0' (NULL) and be between 1 and 253 characters: invalid secret name`,
  ],
  ["a directory's name", ["..", file], 'secret name ".." is the name of a directory: invalid secret name'],
  [
    "a name that is too long for a file",
    ["x".repeat(251), file],
    `secret name "${"x".repeat(251)}" has 251 bytes, and a file's name takes 250 of them: invalid secret name`,
  ],
  ["no file", ["x", "/nosuch"], "open /nosuch: no such file or directory"],
  ["an empty one", ["x", "/dev/null"], "secret data must be larger than 0 and less than 512000 bytes"],
  ["another driver", ["--driver", "pass", "x", file], "invalid driver"],
  [
    "no variable",
    ["--env", "x", "NOSUCH"],
    "cannot create store secret data: environment variable NOSUCH is not set",
  ],
] as const) {
  test(`create refuses ${name}`, async () =>
    assert.deepEqual(await host.tspod(["secret", "create", ...args]), refused(message)));
}

describe("run --secret", () => {
  const see = "cat /run/secrets/s; stat -c ' %u:%g %a' /run/secrets/s";
  test("is a file that the container's root can read, in any user namespace", async () => {
    await host.ok(["secret", "create", "s", file]);
    assert.equal(await run(["--secret", "s"], see), "hush hush 0:0 444");
    assert.equal(await run(["--secret", "s", "--userns", "keep-id"], see), "hush hush 0:0 444");
    assert.equal(await run(["--secret", "s", "--read-only"], see), "hush hush 0:0 444");
  });

  test("elsewhere, and somebody else's", async () => {
    const flags = ["--secret", "s,target=/etc/s,uid=1000,gid=1001,mode=0400"];
    assert.equal(await run(flags, "stat -c '%u:%g %a' /etc/s"), "1000:1001 400");
    assert.equal(await run(["--secret", "s,target=t"], "ls /run/secrets"), "t");
  });

  test("in the environment, which neither a commit nor its record has", async () => {
    assert.equal(await run(["--secret", "s,type=env,target=S"], "echo $S"), "hush hush");
    await host.ok([
      "create",
      "--name",
      "c",
      "--secret",
      "s,type=env",
      "--secret",
      "s,target=f",
      IMAGE,
      "true",
    ]);
    const [{ Id, Config }] = JSON.parse(await host.ok(["inspect", "c"]));
    assert.deepEqual(
      Config.Secrets.map(({ Name, Mode }: { Name: string; Mode: number }) => [Name, Mode]),
      [["s", 0o444]],
    );
    const record = join(host.dataDirectory, "tspod/containers", Id, "container.json");
    assert.ok(!readFileSync(record, "utf8").includes("hush hush"));
  });

  test("a container keeps its file when the secret is gone, but not its environment", async () => {
    await host.ok(["create", "--name", "d", "--secret", "s", IMAGE, "cat", "/run/secrets/s"]);
    await host.ok(["secret", "rm", "s"]);
    assert.equal(await host.ok(["start", "-a", "d"]), "hush hush");
    const id = await host.ok(["ps", "-aq", "--no-trunc", "--filter", "name=^c$"]);
    assert.deepEqual(
      await host.tspod(["start", "c"]),
      refused(`unable to start container "${id}": no secret with name or id "s": no such secret`),
    );
    assert.deepEqual(
      await host.tspod(["run", "--rm", "--secret", "s", IMAGE, "true"]),
      refused('no secret with name or id "s": no such secret'),
    );
  });
});

test("inspect hides the value of a variable that a secret fills", async () => {
  const file = join(host.directory, "hidden");
  writeFileSync(file, "hush");
  await host.ok(["secret", "create", "hidden", file]);
  await host.ok(["run", "--name", "hiding", "--secret", "hidden,type=env,target=SHOWN", IMAGE, "true"]);
  const env = await host.ok(["inspect", "--format", "{{json .Config.Env}}", "hiding"]);
  assert.ok(JSON.parse(env).includes("SHOWN=*******"), env);
  await host.ok(["rm", "hiding"]);
  await host.ok(["secret", "rm", "hidden"]);
});
