import assert from "node:assert/strict";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { after, describe, test } from "node:test";
import { ask, freePort } from "../support/ports.ts";
import { until } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;
const run = (flags: readonly string[], script: string) =>
  host.tspod(["run", "--rm", ...flags, IMAGE, "sh", "-c", script]);

test("the default network: slirp4netns' address, gateway and name server", async () => {
  const { code, stdout } = await run(
    [],
    "ip -4 addr show tap0 | grep -o 'inet [^ ]*'; ip route | grep default; grep -c 10.0.2.3 /etc/resolv.conf",
  );
  assert.equal(code, 0);
  assert.match(stdout, /^inet 10\.0\.2\.100\/24\ndefault via 10\.0\.2\.2 dev tap0 ?\n1\n$/);
});

test("inspect's SandboxKey: a file as Podman names it, the process's own, or none", async () => {
  for (const [mode, key] of [
    ["slirp4netns", /\/netns\/netns-[0-9a-f]{64}$/],
    ["none", /^\/proc\/\d+\/ns\/net$/],
    ["host", /^$/],
  ] as const) {
    const id = await host.ok(["run", "-d", "--network", mode, IMAGE, "sleep", "1000"]);
    const shown = () => host.ok(["inspect", "--format", "{{.NetworkSettings.SandboxKey}}", id]);
    assert.match(await shown(), key);
    await host.ok(["stop", "-t", "0", id]);
    assert.equal(await shown(), "");
    await host.ok(["rm", id]);
  }
});

test("--network none has lo, up, and nothing else", async () => {
  const { stdout } = await run(
    ["--network", "none"],
    "ls /sys/class/net; ip addr show lo | grep -o 'inet [^ ]*'",
  );
  assert.equal(stdout, "lo\ninet 127.0.0.1/8\n");
});

test("--network host is the host's", async () => {
  const server = createServer((socket) => socket.end("host\n"));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  const { stdout } = await run(["--network", "host"], `nc 127.0.0.1 ${port} </dev/null`);
  server.close();
  assert.equal(stdout, "host\n");
});

test("the host's loopback can't be reached by default; with allow_host_loopback it can", async () => {
  const server = createServer((socket) => socket.end("host\n"));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  const closed = await run([], `nc -w 2 10.0.2.2 ${port} </dev/null || echo refused`);
  const open = await run(
    ["--network", "slirp4netns:allow_host_loopback=true"],
    `nc -w 2 10.0.2.2 ${port} </dev/null`,
  );
  server.close();
  assert.equal(closed.stdout, "refused\n");
  assert.equal(open.stdout, "host\n");
});

test("/etc/hosts: localhost, the container's own name, host.containers.internal", async () => {
  const { stdout } = await run(["--hostname", "box", "--name", "named"], "cat /etc/hosts");
  assert.match(stdout, /^127\.0\.0\.1\s.*localhost/m);
  assert.match(stdout, /^10\.0\.2\.100\s+box named$/m);
  assert.match(stdout, /^[\d.]+\s+host\.containers\.internal/m);
});

describe("-p", () => {
  test("a server in a container is reached from outside; the client's address is kept", async () => {
    const port = await freePort();
    const script = "nc -ll -p 80 -e sh -c 'echo served'";
    await host.ok(["run", "-d", "--name", "server", "-p", `127.0.0.1:${port}:80`, IMAGE, "sh", "-c", script]);
    await until(async () => (await ask(port)) === "served\n", "the server");
    assert.match(
      await host.ok(["ps", "--format", "{{.Ports}}"]),
      new RegExp(`^127\\.0\\.0\\.1:${port}->80/tcp$`),
    );
    const [{ NetworkSettings }] = JSON.parse(await host.ok(["inspect", "server"]));
    assert.deepEqual(NetworkSettings.Ports, { "80/tcp": [{ HostIp: "127.0.0.1", HostPort: String(port) }] });
    await host.ok(["rm", "-f", "-t", "0", "server"]);
    assert.equal(await ask(port), undefined);
  });

  test("a random port, and -P", async () => {
    await host.ok(["run", "-d", "--name", "random", "-p", "80", IMAGE, "sleep", "1000"]);
    assert.match(await host.ok(["ps", "--format", "{{.Ports}}"]), /^0\.0\.0\.0:\d+->80\/tcp$/);
    await host.ok(["rm", "-f", "-t", "0", "random"]);
    await host.ok(["run", "-d", "--name", "all", "-P", "--expose", "81", IMAGE, "sleep", "1000"]);
    assert.match(await host.ok(["ps", "--format", "{{.Ports}}"]), /^0\.0\.0\.0:\d+->81\/tcp$/);
    await host.ok(["rm", "-f", "-t", "0", "all"]);
  });

  test("a port that is in use: one line, nothing left", async () => {
    const server = createServer();
    await new Promise<void>((listening) => server.listen(0, "0.0.0.0", listening));
    const { port } = server.address() as AddressInfo;
    const result = await host.tspod(["run", "--rm", "--name", "taken", "-p", `${port}:80`, IMAGE, "true"]);
    server.close();
    assert.ok(result.code === 125 || result.code === 126, `exit ${result.code}`);
    assert.match(result.stderr, /^Error: .*(?:in use|cannot expose|add_hostfwd|bind).*\n$/i);
    assert.equal(await host.ok(["ps", "-aq"]), "");
  });
});

test("--network container:NAME shares its namespace", async () => {
  await host.ok(["run", "-d", "--name", "owner", IMAGE, "sh", "-c", "nc -ll -p 90 -e echo shared"]);
  await until(
    async () =>
      (await run(["--network", "container:owner"], "nc -w 2 127.0.0.1 90 </dev/null")).stdout === "shared\n",
    "the other's server",
  );
  await host.ok(["rm", "-f", "-t", "0", "owner"]);
});
