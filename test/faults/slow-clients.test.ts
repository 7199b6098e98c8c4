import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { runProgram, sleep, until } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;

/** Start a client whose output nobody reads before `read` is called. */
function startUnread(args: readonly string[]) {
  const child = spawn(host.program, args, { env: host.env, stdio: ["ignore", "pipe", "ignore"] });
  const ended = once(child, "close");
  return {
    child,
    async read() {
      let text = "";
      child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      const [code] = await ended;
      return { code, text };
    },
  };
}

async function isUp(name: string): Promise<void> {
  await until(async () => {
    const { stdout } = await host.tspod(["ps", "-q", "--filter", `name=^${name}$`]);
    return stdout !== "";
  }, `${name} to run`);
}

async function msOf(operation: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await operation();
  return performance.now() - begun;
}

/** Far below the 10 seconds after which `stop` and `rm -f` give up. */
const AT_ONCE_MS = 6000;

describe("a client that never reads keeps no container", () => {
  for (const [what, command] of [
    ["rm -f", ["rm", "-f", "-t", "0"]],
    ["stop", ["stop", "-t", "0"]],
  ] as const)
    test(`${what} while \`run … yes\` is not read`, async () => {
      const client = startUnread(["run", "--name", "unread", IMAGE, "yes"]);
      await isUp("unread");
      await sleep(300); // the pipes and the socket fill
      const id = await host.ok(["inspect", "-f", "{{.Id}}", "unread"]);
      assert.ok((await msOf(() => host.ok([...command, "unread"]))) < AT_ONCE_MS);
      const left = await host.ok(["ps", "-a", "--format", "{{.Status}}"]);
      assert.match(left, what === "stop" ? /^Exited \(137\)/ : /^$/);
      await host.ok(["rm", "-f", "unread"]);
      assert.ok(!existsSync(join(host.runtimeDirectory, "tspod/containers", id)));
      client.child.kill("SIGKILL");
    });

  test("stop while an attached client is stopped", async () => {
    await host.ok(["run", "-d", "--name", "ctrl-z", IMAGE, "yes"]);
    const client = startUnread(["attach", "ctrl-z"]);
    await sleep(300);
    client.child.kill("SIGSTOP");
    assert.ok((await msOf(() => host.ok(["stop", "-t", "0", "ctrl-z"]))) < AT_ONCE_MS);
    await host.ok(["start", "ctrl-z"]);
    await host.ok(["rm", "-f", "-t", "0", "ctrl-z"]);
    client.child.kill("SIGKILL");
  });

  test("a container that ends by itself while its client reads nothing: wait knows at once", async () => {
    await host.ok(["create", "--name", "ends", IMAGE, "sh", "-c", "seq 60000; exit 3"]);
    const client = startUnread(["start", "-a", "ends"]);
    await until(
      async () => (await host.ok(["inspect", "-f", "{{.State.Status}}", "ends"])) !== "created",
      "its start",
    );
    assert.ok((await msOf(async () => assert.equal(await host.ok(["wait", "ends"]), "3"))) < AT_ONCE_MS);
    await host.ok(["rm", "ends"]);
    client.child.kill("SIGKILL");
  });
});

describe("a client that reads late gets all", () => {
  const lines = Array.from({ length: 60_000 }, (_, index) => `${index + 1}\n`).join("");

  test("a pager: the container is gone when it asks for the second page", async () => {
    const { code, stdout } = await runProgram(
      "sh",
      ["-c", `"$0" run --rm ${IMAGE} seq 60000 | { sleep 2; "$0" ps -aq >&2; cat; }`, host.program],
      { env: host.env },
    );
    assert.equal(code, 0);
    assert.equal(stdout, lines);
  });

  test("one that was stopped, its exit code too", async () => {
    const script = "sleep 0.5; head -c 700000 /dev/zero | tr '\\0' x; exit 7";
    const client = startUnread(["run", "--rm", "--name", "late", IMAGE, "sh", "-c", script]);
    await isUp("late");
    client.child.kill("SIGSTOP");
    await sleep(1500);
    client.child.kill("SIGCONT");
    const { code, text } = await client.read();
    assert.equal(code, 7);
    assert.equal(text.length, 700_000);
    // the keeper stays for a while
    await until(() => host.processes().size <= 1, "the end of what served it");
  });
});
