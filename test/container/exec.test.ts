import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { until } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;
await host.ok(["run", "-d", "--name", "box", "-e", "FROM=run", "-w", "/var/data", IMAGE, "sleep", "1000"]);

test("stdout, stderr and the exit code are the command's", async () => {
  const result = await host.tspod(["exec", "box", "sh", "-c", "echo out; echo err >&2; exit 9"]);
  assert.deepEqual(result, { code: 9, stdout: "out\n", stderr: "err\n" });
});

test("stdin goes through with -i", async () => {
  assert.equal(await host.ok(["exec", "-i", "box", "cat"], { input: "through" }), "through");
  assert.equal(await host.ok(["exec", "box", "cat"], { input: "unread" }), "");
});

test("a command that a signal ends: 128 + signal", async () => {
  assert.equal((await host.tspod(["exec", "box", "sh", "-c", "kill -TERM $$"])).code, 143);
});

describe("the process", () => {
  for (const [name, flags, script, expected] of [
    ["has the container's environment and working directory", [], "echo $FROM; pwd", "run\n/var/data"],
    ["-e", ["-e", "A=1", "--env", "FROM=exec"], "echo $A $FROM", "1 exec"],
    ["-w", ["-w", "/tmp"], "pwd", "/tmp"],
    ["-u", ["-u", "tester"], "id -u; echo $HOME", "1000\n/home/tester"],
    ["-u by numbers", ["-u", "5:6"], "id -u; id -g", "5\n6"],
    ["is in the container's pid namespace", [], "cat /proc/1/comm", "sleep"],
    [
      "--privileged",
      ["--privileged"],
      "test $(grep CapEff /proc/self/status | cut -f2) != 00000000800405fb && echo more",
      "more",
    ],
  ] as const) {
    test(name, async () =>
      assert.equal(await host.ok(["exec", ...flags, "box", "sh", "-c", script]), expected),
    );
  }
});

test("--env-file", async () => {
  const file = join(host.directory, "env");
  writeFileSync(file, "A=from file\n");
  assert.equal(await host.ok(["exec", "--env-file", file, "box", "sh", "-c", "echo $A"]), "from file");
});

test("-d prints a session id and does not wait", async () => {
  assert.match(await host.ok(["exec", "-d", "box", "touch", "/tmp/detached"]), /^[0-9a-f]{64}$/);
  await until(
    async () => (await host.tspod(["exec", "box", "test", "-e", "/tmp/detached"])).code === 0,
    "the file",
  );
});

test("ten at once", async () => {
  const numbers = Array.from({ length: 10 }, (_, index) => String(index));
  const outputs = await Promise.all(
    numbers.map((number) => host.ok(["exec", "box", "sh", "-c", `sleep 0.2; echo ${number}`])),
  );
  assert.deepEqual(outputs, numbers);
});

for (const [name, args, code, message] of [
  ["a command that isn't there: 127", ["box", "no-such-command"], 127, /^Error: .*no-such-command/],
  ["a command that can't be executed: 126", ["box", "/etc/notes"], 126, /^Error: .*permission denied/i],
  ["a directory: 126", ["box", "/etc"], 126, /^Error: /],
  [
    "no such container: 125",
    ["nobody", "true"],
    125,
    /^Error: no container with name or ID "nobody" found: no such container\n$/,
  ],
  [
    "no such user",
    ["-u", "nobody-here", "box", "true"],
    125,
    /^Error: .*unable to find user nobody-here: no matching entries in passwd file/,
  ],
  ["no command", ["box"], 125, /^Error: /],
] as const) {
  test(name, async () => {
    const result = await host.tspod(["exec", ...args]);
    // Podman 4 has 255 for what goes wrong before there is a session, later ones and podman-exec(1) 125.
    assert.equal(result.code === 255 ? 125 : result.code, code, result.stderr);
    assert.match(result.stderr, message);
    assert.equal(result.stdout, "");
  });
}

test("not in a container that isn't running", async () => {
  await host.ok(["create", "--name", "idle", IMAGE, "true"]);
  const result = await host.tspod(["exec", "idle", "true"]);
  assert.ok([125, 255].includes(result.code), result.stderr);
  assert.match(
    result.stderr,
    /^Error: can only create exec sessions on running containers: container state improper\n$/,
  );
});

test("--wait: for a container that is still to come, and to run", async () => {
  for (const name of ["nosuch", "idle"])
    assert.deepEqual(await host.tspod(["exec", "--wait", "1", name, "true"]), {
      code: 125,
      stdout: "",
      stderr: `Error: timed out waiting for container: ${name}\n`,
    });
  const waiting = host.start(["exec", "--wait", "30", "late", "echo", "ran"]);
  await host.ok(["run", "-d", "--name", "late", IMAGE, "sleep", "1000"]);
  const { code, stdout, stderr } = await waiting.ended;
  assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: "ran\n", stderr: "" });
});

test("capabilities: the container's own user has them, another one has not; no-new-privileges stays", async () => {
  const flags = ["--user", "1000", "--cap-add", "net_raw", "--security-opt", "no-new-privileges"];
  await host.ok(["run", "-d", "--name", "capable", ...flags, IMAGE, "sleep", "1000"]);
  const seen = async (...asked: string[]) =>
    (await host.ok(["exec", ...asked, "capable", "grep", "-E", "CapEff|NoNew", "/proc/self/status"]))
      .split("\n")
      .map((line) => line.split("\t").at(-1));
  for (const asked of [[], ["--privileged"]])
    assert.deepEqual(await seen(...asked), ["0000000000002000", "1"], asked.join(" "));
  assert.deepEqual(await seen("--user", "1001"), ["0000000000000000", "1"]);
});

test("--cidfile: the container by the file that run has written", async () => {
  const file = join(host.directory, "exec.cid");
  await host.ok(["run", "-d", "--cidfile", file, "--name", "by-file", IMAGE, "sleep", "1000"]);
  assert.equal(await host.ok(["exec", "--cidfile", file, "--no-session", "echo", "in"]), "in");
  assert.deepEqual(await host.tspod(["exec", "--cidfile", "/nosuch", "echo", "in"]), {
    code: 125,
    stdout: "",
    stderr: "Error: reading CIDFile: open /nosuch: no such file or directory\n",
  });
  const both = await host.tspod(["exec", "--cidfile", file, "--latest", "true"]);
  assert.equal(both.code, 125);
  assert.match(both.stderr, /^Error: --latest and --cidfile can not be used together\n/);
  const directory = await host.tspod(["stop", "--cidfile", host.directory]);
  assert.equal(directory.code, 125);
  assert.match(directory.stderr, /^Error: reading CIDFile: open .*: is a directory\n$/);
});

test("system migrate and renumber succeed: programs call them before each of their own calls", async () => {
  for (const command of ["migrate", "renumber"])
    assert.deepEqual(await host.tspod(["system", command]), { code: 0, stdout: "", stderr: "" });
  const refused = await host.tspod(["system", "migrate", "--new-runtime", "runc"]);
  assert.equal(refused.code, 125);
  assert.match(refused.stderr, /^Error: --new-runtime runc is not supported: a container keeps its runtime/);
});
