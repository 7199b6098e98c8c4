import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { until } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;
const status = (name: string) => host.ok(["inspect", "--format", "{{.State.Status}}", name]);
/** Ends at once on SIGTERM, with 5. */
const POLITE = ["sh", "-c", 'trap "exit 5" TERM; echo ready; while :; do sleep 0.1; done'];

test("create, start, stop, start again, rm", async () => {
  const id = await host.ok(["create", "--name", "steps", IMAGE, ...POLITE]);
  assert.match(id, /^[0-9a-f]{64}$/);
  assert.equal(await status("steps"), "created");
  assert.equal(await host.ok(["start", "steps"]), "steps");
  assert.equal(await status("steps"), "running");
  await until(async () => (await host.ok(["logs", "steps"])) === "ready", "the trap");
  assert.equal(await host.ok(["stop", id.slice(0, 12)]), id.slice(0, 12));
  assert.equal(await status("steps"), "exited");
  assert.equal(await host.ok(["inspect", "-f", "{{.State.ExitCode}}", "steps"]), "5");
  await host.ok(["start", "steps"]);
  assert.equal(await status("steps"), "running");
  const refused = await host.tspod(["rm", "steps"]);
  assert.equal(refused.code, 2);
  assert.match(
    refused.stderr,
    /^Error: cannot remove container [0-9a-f]{64} as it is running - running or paused containers cannot be removed without force: container state improper\n$/,
  );
  assert.equal(await host.ok(["rm", "-f", "-t", "0", "steps"]), "steps");
  assert.equal((await host.tspod(["inspect", "steps"])).code, 125);
});

test("a container keeps its files over a stop", async () => {
  await host.ok(["create", "--name", "keeps", IMAGE, "sh", "-c", "echo x >> /count; cat /count"]);
  assert.equal(await host.ok(["start", "-a", "keeps"]), "x");
  assert.equal(await host.ok(["start", "-a", "keeps"]), "x\nx");
});

test("start -a ends with the command's exit code", async () => {
  await host.ok(["create", "--name", "seven", IMAGE, "sh", "-c", "echo hello; exit 7"]);
  assert.deepEqual(await host.tspod(["start", "--attach", "seven"]), {
    code: 7,
    stdout: "hello\n",
    stderr: "",
  });
});

test("start -ai gives it stdin", async () => {
  await host.ok(["create", "-i", "--name", "reader", IMAGE, "cat"]);
  assert.equal(await host.ok(["start", "-ai", "reader"], { input: "given" }), "given");
});

test("wait prints exit codes in the order asked for", async () => {
  await host.ok(["run", "-d", "--name", "slow", IMAGE, "sh", "-c", "sleep 1; exit 4"]);
  await host.ok(["run", "-d", "--name", "fast", IMAGE, "sh", "-c", "exit 6"]);
  assert.equal(await host.ok(["wait", "slow", "fast"]), "4\n6");
});

test("wait on one that ended before", async () => {
  assert.equal(await host.ok(["wait", "fast"]), "6");
});

test("attach shows what comes, and ends with the exit code", async () => {
  const script = "while [ ! -e /go ]; do echo tick; sleep 0.1; done; echo said; exit 8";
  await host.ok(["run", "-d", "--name", "talker", IMAGE, "sh", "-c", script]);
  const attached = host.start(["attach", "talker"]);
  await attached.saw(/tick/);
  await host.ok(["exec", "talker", "touch", "/go"]);
  const { code, stdout, stderr } = await attached.ended;
  assert.deepEqual({ code, stderr }, { code: 8, stderr: "" });
  assert.match(stdout, /^(?:tick\n)+said\n$/);
});

describe("kill", () => {
  for (const [name, flags, code] of [
    ["by default with KILL", [], 137],
    ["by name", ["--signal", "TERM"], 5],
    ["by name with SIG", ["-s", "SIGTERM"], 5],
    ["by number", ["-s", "15"], 5],
  ] as const) {
    test(name, async () => {
      await host.ok(["run", "-d", "--name", "target", IMAGE, ...POLITE]);
      await until(async () => (await host.ok(["logs", "target"])) === "ready", "the trap");
      assert.equal(await host.ok(["kill", ...flags, "target"]), "target");
      assert.equal(await host.ok(["wait", "target"]), String(code));
      await host.ok(["rm", "target"]);
    });
  }
});

test("stop: SIGKILL when the time is over", async () => {
  await host.ok([
    "run",
    "-d",
    "--name",
    "deaf",
    IMAGE,
    "sh",
    "-c",
    'trap "" TERM; while :; do sleep 0.1; done',
  ]);
  const began = Date.now();
  await host.ok(["stop", "-t", "1", "deaf"]);
  assert.ok(Date.now() - began < 8000);
  assert.equal(await host.ok(["inspect", "-f", "{{.State.ExitCode}}", "deaf"]), "137");
});

describe("while a stop waits", () => {
  const DEAF = ["sh", "-c", 'trap "echo asked" TERM; while :; do sleep 0.1; done'];
  const status = (name: string) => host.ok(["inspect", "-f", "{{.State.Status}} {{.State.Running}}", name]);

  test("the container is stopping, and every other command answers", async () => {
    await host.ok(["run", "-d", "--name", "waited", IMAGE, ...DEAF]);
    await host.ok(["run", "-d", "--name", "beside", IMAGE, "sleep", "1000"]);
    const stop = host.start(["stop", "-t", "60", "waited"]);
    await until(async () => (await status("waited")) === "stopping false", "the state");
    const ps = ["ps", "-a", "--filter", "status=stopping", "--format", "{{.Names}} {{.Status}}"];
    assert.equal(await host.ok(ps), "waited Stopping");
    await until(async () => (await host.ok(["logs", "waited"])) === "asked", "the signal");
    assert.deepEqual(await host.tspod(["exec", "waited", "true"]), {
      code: 125,
      stdout: "",
      stderr: "Error: can only create exec sessions on running containers: container state improper\n",
    });
    assert.deepEqual(await host.tspod(["rm", "waited"]).then(({ code }) => code), 2);
    assert.equal(await host.ok(["exec", "beside", "echo", "here"]), "here");
    await host.ok(["rm", "-f", "-t", "0", "beside"]);
    assert.equal(await host.ok(["kill", "waited"]), "waited");
    assert.equal((await stop.ended).code, 0);
    assert.equal(await status("waited"), "exited false");
    await host.ok(["rm", "waited"]);
  });

  test("one that is killed leaves a running container, and the next start is one", async () => {
    await host.ok(["run", "-d", "--name", "left", IMAGE, ...DEAF]);
    const stop = host.start(["stop", "-t", "60", "left"]);
    await until(async () => (await status("left")) === "stopping false", "the state");
    stop.child.kill("SIGKILL");
    await stop.ended;
    assert.equal(await status("left"), "running true");
    await host.ok(["restart", "-t", "0", "left"]);
    assert.equal(await status("left"), "running true");
    await host.ok(["rm", "-f", "-t", "0", "left"]);
  });
});

test("stop uses the stop signal", async () => {
  await host.ok([
    "run",
    "-d",
    "--name",
    "usr1",
    "--stop-signal",
    "USR1",
    IMAGE,
    "sh",
    "-c",
    'trap "exit 11" USR1; echo ready; while :; do sleep 0.1; done',
  ]);
  await until(async () => (await host.ok(["logs", "usr1"])) === "ready", "the trap");
  await host.ok(["stop", "usr1"]);
  assert.equal(await host.ok(["inspect", "-f", "{{.State.ExitCode}}", "usr1"]), "11");
});

test("stop of one that isn't running is no error", async () => {
  assert.equal(await host.ok(["stop", "usr1"]), "usr1");
});

describe("names", () => {
  for (const [name, args, code, stderr] of [
    [
      "rm: unknown",
      ["rm", "nobody"],
      1,
      /^Error: no container with (?:name or )?ID (?:or name )?"nobody" found: no such container\n$/,
    ],
    ["rm --ignore: unknown", ["rm", "--ignore", "nobody"], 0, /^$/],
    ["rm -f: unknown", ["rm", "-f", "nobody"], 0, /^$/],
    [
      "stop: unknown",
      ["stop", "nobody"],
      125,
      /^Error: no container with name or ID "nobody" found: no such container\n$/,
    ],
    [
      "start: unknown",
      ["start", "nobody"],
      125,
      /^Error: no container with name or ID "nobody" found: no such container\n$/,
    ],
    [
      "kill: not running",
      ["kill", "usr1"],
      125,
      /^Error: can only kill running containers\. [0-9a-f]{64} is in state exited: container state improper\n$/,
    ],
    ["kill: bad signal", ["kill", "-s", "NOSUCH", "usr1"], 125, /^Error: invalid signal: NOSUCH\n$/],
    [
      "wait: unknown",
      ["wait", "nobody"],
      125,
      /^Error: no container with name or ID "nobody" found: no such container\n$/,
    ],
    [
      "attach: not running",
      ["attach", "usr1"],
      125,
      /^Error: attaching to container [0-9a-f]{64}: you can only attach to running containers\n$/,
    ],
  ] as const) {
    test(name, async () => {
      const result = await host.tspod(args);
      assert.equal(result.code, code, result.stderr);
      assert.match(result.stderr, stderr);
    });
  }
});

test("-l is the container that was created last", async () => {
  await host.ok(["create", "--name", "newest", IMAGE, "true"]);
  assert.equal(await host.ok(["inspect", "-l", "-f", "{{.Name}}"]), "newest");
});

test("rm -a removes what doesn't run", async () => {
  await host.ok(["rm", "-a", "-f", "-t", "0"]);
  assert.equal(await host.ok(["ps", "-aq"]), "");
});
