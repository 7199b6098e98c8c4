import assert from "node:assert/strict";
import { after, test } from "node:test";
import { onTerminal } from "./support/terminal.ts";
import { IMAGE, makeWorld } from "./support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;

test("a shell: what is typed, what is shown, its exit code", async () => {
  const terminal = onTerminal(host, ["run", "--rm", "-it", "-e", "PS1=ready> ", IMAGE, "sh"]);
  await terminal.saw(/ready> /);
  terminal.type("tty; echo $TERM $((40 + 2))\r");
  await terminal.saw(/\/dev\/(?:pts\/0|console)\r\nxterm 42\r\n/);
  terminal.type("exit 5\r");
  assert.equal(await terminal.ended, 5);
});

test("the first instruction sees the size of the window; a resize is seen later", async () => {
  const terminal = onTerminal(
    host,
    ["run", "--rm", "-it", IMAGE, "sh", "-c", "stty size; read x; stty size"],
    { rows: 33, columns: 111 },
  );
  await terminal.saw(/33 111/);
  terminal.resize(44, 99);
  // The new size travels beside what is typed.
  await new Promise((done) => setTimeout(done, 500));
  terminal.type("\r");
  await terminal.saw(/44 99/);
  assert.equal(await terminal.ended, 0);
});

test("ctrl-C goes to the program in the container", async () => {
  const terminal = onTerminal(host, [
    "run",
    "--rm",
    "-it",
    IMAGE,
    "sh",
    "-c",
    'trap "echo interrupted; exit 7" INT; echo ready; while :; do sleep 0.1; done',
  ]);
  await terminal.saw(/ready/);
  terminal.type("\x03");
  await terminal.saw(/interrupted/);
  assert.equal(await terminal.ended, 7);
});

test("detach keys leave it running; attach comes back to it", async () => {
  const terminal = onTerminal(host, ["run", "-it", "--name", "left", "-e", "PS1=ready> ", IMAGE, "sh"]);
  await terminal.saw(/ready> /);
  terminal.type("X=kept\r");
  await terminal.saw(/ready> /);
  terminal.type("\x10\x11");
  assert.equal(await terminal.ended, 0);
  assert.equal(await host.ok(["ps", "--format", "{{.Names}}"]), "left");
  const again = onTerminal(host, ["attach", "left"]);
  again.type("echo $X\r");
  await again.saw(/kept/);
  again.type("exit 3\r");
  assert.equal(await again.ended, 3);
  await host.ok(["rm", "left"]);
});

test("--detach-keys", async () => {
  const terminal = onTerminal(host, [
    "run",
    "-it",
    "--detach-keys",
    "ctrl-a,d",
    "--name",
    "own",
    "-e",
    "PS1=ready> ",
    IMAGE,
    "sh",
  ]);
  await terminal.saw(/ready> /);
  terminal.type("\x01d");
  assert.equal(await terminal.ended, 0);
  await host.ok(["rm", "-f", "-t", "0", "own"]);
});

test("exec -it", async () => {
  await host.ok(["run", "-d", "--name", "box", IMAGE, "sleep", "1000"]);
  const terminal = onTerminal(
    host,
    ["exec", "-it", "box", "sh", "-c", "stty size; read line; echo got $line; exit 6"],
    { rows: 20, columns: 70 },
  );
  await terminal.saw(/20 70/);
  terminal.type("this\r");
  await terminal.saw(/got this/);
  assert.equal(await terminal.ended, 6);
  await host.ok(["rm", "-f", "-t", "0", "box"]);
});

test("logs of a container with a terminal", async () => {
  const terminal = onTerminal(host, [
    "run",
    "-it",
    "--name",
    "logged",
    IMAGE,
    "sh",
    "-c",
    "echo out; echo err >&2",
  ]);
  assert.equal(await terminal.ended, 0);
  assert.deepEqual(await host.tspod(["logs", "logged"]), { code: 0, stdout: "out\r\nerr\r\n", stderr: "" });
});

test("-t without a terminal works, and says that input isn't one", async () => {
  const result = await host.tspod(["run", "--rm", "-it", IMAGE, "sh", "-c", "tty"], { input: "" });
  assert.equal(result.code, 0, result.stderr);
  assert.match(result.stdout, /^\/dev\/(?:pts\/0|console)\r\n$/);
  assert.match(
    result.stderr,
    /The input device is not a TTY\. The --tty and --interactive flags might not work properly/,
  );
});

test("the terminal is as it was, whatever became of the container", async () => {
  const terminal = onTerminal(host, [
    "run",
    "--rm",
    "-it",
    "--name",
    "killed",
    IMAGE,
    "sh",
    "-c",
    "echo ready; exec sleep 1000",
  ]);
  await terminal.saw(/ready/);
  await host.ok(["kill", "killed"]);
  assert.equal(await terminal.ended, 137);
});
