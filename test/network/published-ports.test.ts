import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { after, before, describe, test } from "node:test";
import { ask, freePort } from "../support/ports.ts";
import { type Running, until } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(async () => {
  server?.child.kill("SIGKILL");
  await server?.ended;
  await world.close();
});
const { host } = world;
let server: Running | undefined;

const start = (name: string, flags: readonly string[], script: string) =>
  host.ok(["run", "-d", "--name", name, ...flags, IMAGE, "sh", "-c", script]);
const inShared = (script: string) => host.ok(["unshare", "--rootless-netns", "sh", "-c", script]);

/** Sends bytes, ends its side, and gives the digest of all that came back. */
function echoed(port: number, bytes: Buffer, pause = 0): Promise<string> {
  return new Promise((resolve, reject) => {
    const hash = createHash("sha256");
    const socket = connect(port, "127.0.0.1", () => socket.end(bytes));
    if (pause > 0) {
      socket.pause();
      setTimeout(() => socket.resume(), pause);
    }
    socket.on("data", (chunk) => hash.update(chunk));
    socket.on("error", reject);
    socket.on("end", () => resolve(hash.digest("hex")));
    socket.setTimeout(60_000, () => socket.destroy(new Error("nothing came for a minute")));
  });
}

const digestOf = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

function pidOf(name: string): number | undefined {
  return [...host.processes().keys()].find(
    (pid) => readFileSync(`/proc/${pid}/comm`, "utf8").trim() === name,
  );
}

/** busybox's nc has a backlog of one: a server of Node's in the container's network namespace takes many. */
const SERVER = 'require("net").createServer({ allowHalfOpen: true }, (s) => s.pipe(s)).listen(80)';
let echo: number;
before(async () => {
  await host.ok(["network", "create", "--subnet", "10.81.1.0/24", "ports"]);
  echo = await freePort();
  await start("echo", ["--network", "ports", "-p", `${echo}:80`], "sleep 1000");
  const pid = await host.ok(["inspect", "--format", "{{.State.Pid}}", "echo"]);
  const node = [process.execPath, "-e", SERVER];
  server = host.start(["unshare", "nsenter", `--net=/proc/${pid}/ns/net`, ...node]);
  const byte = Buffer.from("x");
  await until(
    async () => (await echoed(echo, byte).catch(() => "")) === digestOf(byte),
    "the server",
    20_000,
  );
});

describe("a published TCP port of a container in a network with a name", () => {
  test("passes bytes whole, both ways, with one side's end before the other's", async () => {
    const bytes = randomBytes(20 << 20);
    assert.equal(await echoed(echo, bytes), digestOf(bytes));
  });

  test("waits for a client that does not read, and keeps nothing from it", async () => {
    const bytes = randomBytes(30 << 20);
    assert.equal(await echoed(echo, bytes, 1500), digestOf(bytes));
  });

  test("serves a hundred clients at once", async () => {
    const all = Array.from({ length: 100 }, () => randomBytes(50_000));
    const digests = await Promise.all(all.map((bytes) => echoed(echo, bytes)));
    assert.deepEqual(digests, all.map(digestOf));
  });

  test("a client is reset where nothing listens in the container", async () => {
    const port = await freePort();
    await start("silent", ["--network", "ports", "-p", `${port}:81`], "sleep 1000");
    await assert.rejects(echoed(port, Buffer.from("x")), /ECONNRESET|EPIPE/);
    await host.ok(["rm", "-f", "-t", "0", "silent"]);
  });

  test("stays taken while the process that serves it is killed, and is served again", async () => {
    const before = pidOf("tspod-ports");
    assert.ok(before !== undefined);
    process.kill(before, "SIGKILL");
    const taken = await host.tspod(["run", "--rm", "--network", "ports", "-p", `${echo}:80`, IMAGE, "true"]);
    assert.match(taken.stderr, /bind: address already in use/);
    const bytes = randomBytes(1000);
    assert.equal(await echoed(echo, bytes), digestOf(bytes));
    assert.notEqual(pidOf("tspod-ports"), before);
  });

  test("a range needs no more rules than one port, and none are left of a container that has gone", async () => {
    const rules = () => inShared("ip rule | grep -c sport || true");
    assert.equal(await rules(), "2");
    // Below the ports that the kernel gives to whoever asks for any.
    const first = 20_000 + (process.pid % 12_000);
    await start(
      "range",
      ["--network", "ports", "-p", `${first}-${first + 99}:8000-8099`],
      "nc -ll -p 8042 -e echo hit",
    );
    assert.equal(await rules(), "4");
    await until(async () => (await ask(first + 42)) === "hit\n", "a port of the range");
    await host.ok(["rm", "-f", "-t", "0", "range"]);
    assert.equal(await rules(), "2");
  });
});

describe("a published port as the source of a container's own connections", () => {
  test("leads around neither isolation nor an allow-list", async () => {
    await host.ok(["network", "create", "-o", "isolate=strict", "--subnet", "10.81.2.0/24", "apart"]);
    await start("alone", ["--network", "apart"], "nc -ll -p 80 -e echo reached");
    await start("open", ["--network", "ports"], "nc -ll -p 80 -e echo reached");
    const [one, other] = [await freePort(), await freePort()];
    await start("tries", ["--network", "ports", "-p", `${one}:7777`], "sleep 1000");
    await start("bound", ["--network", "ports", "--egress", "none", "-p", `${other}:7777`], "sleep 1000");
    const address = (name: string) =>
      host.ok(["inspect", "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", name]);
    const from = async (name: string, target: string) => {
      const { stdout, stderr } = await host.tspod([
        "exec",
        name,
        "nc",
        "-p",
        "7777",
        "-w",
        "2",
        target,
        "80",
      ]);
      return stdout + stderr;
    };
    assert.match(await from("tries", await address("alone")), /No route to host|unreachable/);
    assert.match(await from("bound", "198.51.100.7"), /No route to host|unreachable/);
    assert.equal(await from("tries", await address("open")), "reached\n");
  });

  test("another network's container is reached from it, and answers", async () => {
    await host.ok(["network", "create", "--subnet", "10.81.3.0/24", "beside"]);
    await start("neighbour", ["--network", "beside"], "nc -ll -p 80 -e echo reached");
    const ip = await host.ok([
      "inspect",
      "--format",
      "{{.NetworkSettings.Networks.beside.IPAddress}}",
      "neighbour",
    ]);
    const port = await freePort();
    await start("published", ["--network", "ports", "-p", `${port}:7778`], "sleep 1000");
    const { stdout, stderr } = await host.tspod([
      "exec",
      "published",
      "nc",
      "-p",
      "7778",
      "-w",
      "2",
      ip,
      "80",
    ]);
    assert.equal(stdout, "reached\n", stderr);
  });
});
