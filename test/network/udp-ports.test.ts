import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { networkInterfaces } from "node:os";
import { after, describe, test } from "node:test";
import { freePort } from "../support/ports.ts";
import { type Running, until } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;
const remove = (...names: string[]) => host.ok(["rm", "-f", "-t", "0", ...names]);

/** What a server answers to a datagram, or undefined. */
function askUdp(port: number, address: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket("udp4");
    const end = (answer?: string) => {
      clearTimeout(timer);
      socket.close();
      resolve(answer);
    };
    const timer = setTimeout(() => end(), 1000);
    socket.on("message", (message) => end(message.toString()));
    socket.on("error", () => end());
    socket.send("question\n", port, address);
  });
}

const own = Object.values(networkInterfaces())
  .flatMap((list) => list ?? [])
  .find(({ family, internal }) => family === "IPv4" && !internal)?.address;
/** Answers each datagram, in the container's network namespace: busybox has no such server. */
const SERVER =
  'const s = require("node:dgram").createSocket("udp4"); s.on("message", (_, from) => s.send("answered", from.port, from.address)); s.bind(53)';

async function startServer(flags: readonly string[]): Promise<Running> {
  await host.ok(["run", "-d", "--name", "udp", ...flags, IMAGE, "sleep", "1000"]);
  const pid = await host.ok(["inspect", "-f", "{{.State.Pid}}", "udp"]);
  return host.start(["unshare", "nsenter", `--net=/proc/${pid}/ns/net`, process.execPath, "-e", SERVER]);
}

await host.ok(["network", "create", "net"]);
describe("a published port of UDP answers to the host's 127.0.0.1 and to its other addresses", () => {
  for (const [what, network] of [
    ["slirp4netns", "slirp4netns"],
    ["a network with a name", "net"],
  ] as const) {
    test(what, async () => {
      const port = await freePort();
      const server = await startServer(["--network", network, "-p", `${port}:53/udp`]);
      await until(async () => (await askUdp(port, "127.0.0.1")) === "answered", "the answer on the loopback");
      if (own !== undefined)
        await until(async () => (await askUdp(port, own)) === "answered", "the answer elsewhere");
      await until(
        async () => (await askUdp(port, "127.0.0.1")) === "answered",
        "another answer on the loopback",
      );
      server.child.kill();
      await remove("udp");
      assert.equal(await askUdp(port, "127.0.0.1"), undefined);
      await until(
        () => [...host.processes().values()].every((line) => !line.includes(" relay ")),
        "the relay's end",
      );
    });

    test(`${what}: on the loopback alone`, async () => {
      const port = await freePort();
      const server = await startServer(["--network", network, "-p", `127.0.0.1:${port}:53/udp`]);
      await until(async () => (await askUdp(port, "127.0.0.1")) === "answered", "the answer on the loopback");
      if (own !== undefined) assert.equal(await askUdp(port, own), undefined);
      server.child.kill();
      await remove("udp");
    });
  }
});

test("a monitor that is killed leaves nobody at its container's port", async () => {
  const port = await freePort();
  const serving = ["run", "-d", "--name", "udp", "--network", "slirp4netns", "-p", `${port}:53/udp`];
  await host.ok([...serving, IMAGE, "sleep", "1000"]);
  const relays = () => [...host.processes().values()].filter((line) => /tspod-network relay/.test(line));
  assert.equal(relays().length, 1);
  process.kill(Number(await host.ok(["inspect", "-f", "{{.State.ConmonPid}}", "udp"])), "SIGKILL");
  await until(() => relays().length === 0, "the end of what relays");
  await remove("udp");
  await host.ok([...serving, IMAGE, "sleep", "1000"]);
  await remove("udp");
});
