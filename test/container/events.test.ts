import assert from "node:assert/strict";
import { readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, describe, test } from "node:test";
import { runProgram, TSPOD, until } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;
const log = join(host.dataDirectory, "tspod/events.jsonl");

interface LoggedEvent {
  readonly Type: string;
  readonly Status: string;
  readonly Name: string;
  readonly ID: string;
  readonly ContainerExitCode?: number;
}

/** Without a last one that is being written. */
const wholeLines = (): string[] => readFileSync(log, "utf8").split("\n").slice(0, -1);

function eventsFrom(line: number): LoggedEvent[] {
  return wholeLines()
    .slice(line)

    .map((text) => JSON.parse(text))
    .filter(({ Type }) => Type === "container");
}

const lineCount = (): number => wholeLines().length;

/**
 * The statuses of a container's events that an operation has brought about, once the last of them is there.
 */
async function told(operation: () => Promise<unknown>, last: string): Promise<string[]> {
  const before = lineCount();
  await operation();
  await until(() => eventsFrom(before).some(({ Status }) => Status === last), `event ${last}`);
  return eventsFrom(before).map(({ Status }) => Status);
}

afterEach(async () => {
  await host.tspod(["rm", "-af", "-t", "0"]);
});

describe("the events of a container's life, in podman's order", () => {
  test("run in the foreground, and --rm", async () => {
    const run = () => host.ok(["run", "--name", "a", IMAGE, "true"]);
    assert.deepEqual(await told(run, "cleanup"), ["create", "init", "start", "attach", "died", "cleanup"]);
    const rm = () => host.ok(["run", "--rm", IMAGE, "true"]);
    const expected = ["create", "init", "start", "attach", "died", "cleanup", "remove"];
    assert.deepEqual(await told(rm, "remove"), expected);
  });

  test("run --detach, restart, stop, start --attach", async () => {
    const command = ["sh", "-c", "trap 'exit 0' TERM; sleep 0.3 & wait; sleep 99 & wait"];
    const run = () => host.ok(["run", "-d", "--name", "a", IMAGE, ...command]);
    assert.deepEqual(await told(run, "start"), ["create", "init", "start"]);
    const restart = () => host.ok(["restart", "-t", "0", "a"]);
    assert.deepEqual(await told(restart, "start"), ["restart", "died", "cleanup", "init", "start"]);
    assert.deepEqual(await told(() => host.ok(["stop", "-t", "0", "a"]), "cleanup"), ["died", "cleanup"]);
    await host.ok(["create", "--name", "b", IMAGE, "true"]);
    const start = () => host.ok(["start", "-a", "b"]);
    assert.deepEqual(await told(start, "cleanup"), ["init", "start", "attach", "died", "cleanup"]);
  });

  test("init, then start; attach", async () => {
    await host.ok(["create", "--name", "a", IMAGE, "sleep", "99"]);
    assert.deepEqual(await told(() => host.ok(["init", "a"]), "init"), ["init"]);
    assert.deepEqual(await told(() => host.ok(["start", "a"]), "start"), ["start"]);
    const attached = await told(async () => {
      const client = host.start(["attach", "a"]);
      await until(() => eventsFrom(0).at(-1)?.Status === "attach", "attach");
      await host.ok(["kill", "a"]);
      await client.ended;
    }, "cleanup");
    // The command writes its event when the signal is sent: the monitor may have written that of the end by
    // then.
    assert.deepEqual(attached.toSorted(), ["attach", "cleanup", "died", "kill"]);
  });

  test("exec and exec --detach: exec_died, with the exit code", async () => {
    const id = await host.ok(["run", "-d", "--name", "a", IMAGE, "sleep", "99"]);
    for (const flags of [[], ["-d"]]) {
      const exec = () => host.tspod(["exec", ...flags, "a", "sh", "-c", "sleep 0.3; exit 3"]);
      assert.deepEqual(await told(exec, "exec_died"), ["exec", "exec_died"]);
      const { ID, Name, ContainerExitCode } = eventsFrom(0).at(-1) ?? {};
      assert.deepEqual({ ID, Name, ContainerExitCode }, { ID: id, Name: "a", ContainerExitCode: 3 });
    }
  });
});

describe("a container that is renamed while it runs", () => {
  const names = (line: number) => eventsFrom(line).map(({ Name, Status }) => `${Status} ${Name}`);

  test("its monitor tells of it by its new name, also of restarts and health checks", async () => {
    const health = ["--health-cmd", "true", "--health-interval", "disable"];
    const flags = ["--name", "old", "--restart", "always", ...health];
    const untilTold = "until test -e /end; do sleep 0.1; done; rm /end";
    await host.ok(["run", "-d", ...flags, IMAGE, "sh", "-c", untilTold]);
    const before = lineCount();
    await host.ok(["rename", "old", "new"]);
    await host.ok(["healthcheck", "run", "new"]);
    await host.ok(["exec", "new", "touch", "/end"]);
    await until(() => names(before).includes("start new"), "its restart");
    await host.ok(["rm", "-f", "-t", "0", "new"]);
    assert.deepEqual(
      names(before).filter((event) => event.endsWith(" old")),
      [],
    );
    for (const event of ["rename new", "health_status new", "died new", "restart new", "remove new"])
      assert.ok(names(before).includes(event), event);
  });

  test("with --rm: its end frees its new name, and not the old one, which another has", async () => {
    await host.ok(["run", "-d", "--rm", "--name", "old", IMAGE, "sleep", "99"]);
    await host.ok(["rename", "old", "new"]);
    const other = await host.ok(["run", "-d", "--name", "old", IMAGE, "sleep", "99"]);
    const before = lineCount();
    await host.ok(["stop", "-t", "0", "new"]);
    await until(() => names(before).at(-1) === "remove new", "its removal");
    const link = (name: string) => readlinkSync(join(host.dataDirectory, "tspod/names", name));
    assert.ok(link("old").endsWith(other));
    assert.throws(() => link("new"), { code: "ENOENT" });
    assert.equal(await host.ok(["inspect", "-f", "{{.Id}}", "old"]), other);
  });
});

test("it ends with its reader, though nothing more happens", async () => {
  await host.ok(["volume", "create", "seen"]);
  const script = '{ "$@"; echo "ended with $?" >&2; } | grep -q -m 1 seen';
  const args = [TSPOD, "events", "--since", "1h", "--filter", "volume=seen"];
  const options = { env: host.env, cwd: host.directory, timeoutMs: 30_000 };
  assert.deepEqual(await runProgram("sh", ["-c", script, "sh", ...args], options), {
    code: 0,
    stdout: "",
    stderr: "ended with 141\n",
  });
  await host.ok(["volume", "rm", "seen"]);
});
