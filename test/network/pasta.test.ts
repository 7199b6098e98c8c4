import assert from "node:assert/strict";
import { type AddressInfo, createServer } from "node:net";
import { after, test } from "node:test";
import { ask, freePort } from "../support/ports.ts";
import { until } from "../support/program.ts";
import { IMAGE, makeWorld, untilEnded } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;
const inside = (flags: readonly string[], script: string) =>
  host.tspod(["run", "--rm", ...flags, IMAGE, "sh", "-c", script]);
const pastaRuns = () => [...host.processes().values()].some((line) => /\/pasta /.test(line));

test("--network pasta: the host's address, its own name server", async () => {
  const { code, stdout } = await inside(
    ["--network", "pasta"],
    "ls /sys/class/net | grep -vx lo | wc -l; ip route | grep -c default; head -1 /etc/resolv.conf",
  );
  assert.equal(code, 0);
  assert.equal(stdout, "1\n1\nnameserver 169.254.1.1\n");
});

test("--dns-forward and --address are in the container's files; a pod's infra container is in its hosts", async () => {
  const given = await inside(
    ["--network", "pasta:--dns-forward,198.51.100.1,-a,192.0.2.77,-n,24,-g,192.0.2.1", "--hostname", "own"],
    "head -1 /etc/resolv.conf; grep -w own /etc/hosts",
  );
  assert.equal(given.code, 0, given.stderr);
  assert.match(given.stdout, /^nameserver 198\.51\.100\.1\n192\.0\.2\.77\town \S+\n$/);
  await host.ok(["pod", "create", "--network", "pasta", "--name", "crew"]);
  const member = await inside(
    ["--pod", "crew"],
    "ip -4 -o addr | grep -v ' lo ' | grep -o 'inet [^/]*'; grep -w crew /etc/hosts",
  );
  const [own = "", entry] = member.stdout.split("\n");
  assert.match(own, /^inet \d/);
  assert.equal(
    entry
      ?.replace(/-infra$/, "")
      .split(/\s/)
      .slice(0, 2)
      .join(" "),
    `${own.slice(5)} crew`,
  );
  await host.ok(["pod", "rm", "-f", "crew"]);
});

test("host.containers.internal is the host, not the container, which has an address of the host's", async () => {
  const server = createServer((socket) => socket.end("host\n"));
  await new Promise<void>((listening) => server.listen(0, "0.0.0.0", listening));
  const { port } = server.address() as AddressInfo;
  const { stdout } = await inside(
    ["--network", "pasta"],
    `ip -4 -o addr | grep -v ' lo ' | grep -o 'inet [^/]*'; grep -w host.containers.internal /etc/hosts && nc -w 5 host.containers.internal ${port} </dev/null`,
  );
  server.close();
  const [own, entry, answer] = stdout.trim().split("\n");
  const [address = "none"] = entry?.split("\t") ?? [];
  assert.notEqual(own, `inet ${address}`);
  // A host with one address, and a pasta that can't map another to it, leaves nothing to name.
  if (entry !== undefined) assert.equal(answer, "host");
});

test("a published port is reached; pasta goes with the container", async () => {
  const port = await freePort();
  const script = "nc -ll -p 80 -e echo served";
  await host.ok([
    "run",
    "-d",
    "--name",
    "server",
    "--network",
    "pasta",
    "-p",
    `127.0.0.1:${port}:80`,
    IMAGE,
    "sh",
    "-c",
    script,
  ]);
  await until(async () => (await ask(port)) === "served\n", "the server");
  assert.ok(pastaRuns());
  assert.equal(await host.ok(["inspect", "-f", "{{.HostConfig.NetworkMode}}", "server"]), "pasta");
  await host.ok(["rm", "-f", "-t", "0", "server"]);
  await until(() => !pastaRuns(), "the end of pasta");
});

test("a restart policy runs the container again in the same network", async () => {
  await host.ok([
    "run",
    "-d",
    "--name",
    "again",
    "--restart",
    "on-failure:2",
    "--network",
    "pasta",
    IMAGE,
    "sh",
    "-c",
    "ip route | grep -c default; exit 3",
  ]);
  await untilEnded(host, "again");
  await until(async () => (await host.ok(["logs", "again"])) === "1\n1\n1", "three runs");
  await host.ok(["rm", "-f", "-t", "0", "again"]);
});

test("options are pasta's; what it says of a bad one is told", async () => {
  const { stdout } = await inside(["--network", "pasta:--mtu,1400"], "cat /sys/class/net/[!l]*/mtu");
  assert.equal(stdout, "1400\n");
  const bad = await inside(["--network", "pasta:--nosuch"], "true");
  assert.equal(bad.code, 126);
  assert.match(bad.stderr, /^Error: pasta failed with exit code 1: .*unrecognized option '--nosuch'\n$/);
});
