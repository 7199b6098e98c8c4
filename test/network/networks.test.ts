import assert from "node:assert/strict";
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { ask, askWithAddress, freePort } from "../support/ports.ts";
import { until } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;

/** Run a script in a container that is gone afterwards. */
const inside = (flags: readonly string[], script: string) =>
  host.tspod(["run", "--rm", ...flags, IMAGE, "sh", "-c", script]);

const start = (name: string, flags: readonly string[], script = "sleep 1000") =>
  host.ok(["run", "-d", "--name", name, ...flags, IMAGE, "sh", "-c", script]);

const remove = (...names: string[]) => host.ok(["rm", "-f", "-t", "0", ...names]);

describe("names", () => {
  test("containers of a network find each other by name, alias, short ID and host name", async () => {
    await host.ok(["network", "create", "names"]);
    const id = await start("web", [
      "--network",
      "names:alias=shop",
      "--network-alias",
      "store",
      "--hostname",
      "front",
    ]);
    const script = ["web", "shop", "store", id.slice(0, 12), "front", "WEB", "web.dns.podman"]
      .map((name) => `nslookup -type=a ${name} | grep -A1 Name: | grep Address`)
      .join("; ");
    const { code, stdout } = await inside(["--network", "names"], script);
    assert.equal(code, 0);
    const [address, ...others] = stdout.trim().split("\n");
    assert.match(address ?? "", /^Address: 10\.\d+\.\d+\.\d+$/);
    assert.equal(others.length, 6);
    assert.ok(others.every((other) => other === address));
    await remove("web");
    await host.ok(["network", "rm", "names"]);
  });

  test("an address has its names; a name without IPv6 has no AAAA record, but is one", async () => {
    await host.ok(["network", "create", "reverse"]);
    await start("known", ["--network", "reverse"]);
    const ip = await host.ok(["inspect", "-f", "{{.NetworkSettings.Networks.reverse.IPAddress}}", "known"]);
    const { stdout } = await inside(
      ["--network", "reverse"],
      `nslookup ${ip}; nslookup -type=aaaa known; nslookup -type=a unknown.dns.podman`,
    );
    assert.match(stdout, /name = known/);
    assert.doesNotMatch(stdout, /can't find known/);
    assert.match(stdout, /can't find unknown\.dns\.podman: NXDOMAIN/);
    await remove("known");
    await host.ok(["network", "rm", "reverse"]);
  });

  test("other networks' containers are not known, nor those of a network without names", async () => {
    await host.ok(["network", "create", "here"]);
    await host.ok(["network", "create", "there"]);
    await host.ok(["network", "create", "--disable-dns", "mute"]);
    await start("stranger", ["--network", "there"]);
    await start("both", ["--network", "here", "--network", "there"]);
    const { stdout } = await inside(
      ["--network", "here"],
      "nslookup -type=a stranger.dns.podman; nslookup -type=a both",
    );
    assert.match(stdout, /can't find stranger/);
    assert.match(stdout, /Name:\s+both/);
    const mute = await inside(["--network", "mute"], "cat /etc/resolv.conf");
    assert.doesNotMatch(mute.stdout, /dns\.podman/);
    await remove("stranger", "both");
    await host.ok(["network", "rm", "here", "there", "mute"]);
  });
});

describe("addresses", () => {
  test("static ones, and what can't be had", async () => {
    await host.ok(["network", "create", "--subnet", "10.77.1.0/24", "--ip-range", "10.77.1.128/25", "fixed"]);
    await start("first", ["--network", "fixed", "--ip", "10.77.1.9", "--mac-address", "92:d0:c6:0a:29:33"]);
    const { stdout } = await host.tspod(["exec", "first", "ip", "addr", "show", "eth0"]);
    assert.match(stdout, /92:d0:c6:0a:29:33/);
    assert.match(stdout, /inet 10\.77\.1\.9\/24/);
    const second = await inside(["--network", "fixed"], "ip -4 addr show eth0");
    assert.match(second.stdout, /inet 10\.77\.1\.1(?:29|[3-9]\d)\/24/);
    const taken = await inside(["--network", "fixed:ip=10.77.1.9"], "true");
    assert.equal(taken.code, 126);
    assert.match(
      taken.stderr,
      /^Error: IPAM error: requested ip address 10\.77\.1\.9 is already allocated to container ID [0-9a-f]{64}\n$/,
    );
    const outside = await inside(["--network", "fixed:ip=10.78.1.9"], "true");
    assert.deepEqual(
      [outside.code, outside.stderr],
      [125, "Error: requested static ip 10.78.1.9 not in any subnet on network fixed\n"],
    );
    const noMac = await inside(["--network", "fixed:mac=00:00:00:00:00:00"], "true");
    assert.equal(noMac.code, 126);
    assert.match(noMac.stderr, /interface eth0: Cannot assign requested address\n$/);
    await remove("first");
    await host.ok(["network", "rm", "fixed"]);
  });

  test("a container keeps its address over restarts; one that was killed with its monitor takes none away", async () => {
    await host.ok(["network", "create", "--subnet", "10.77.2.0/29", "small"]);
    await start("stays", ["--network", "small"]);
    const address = () =>
      host.ok(["inspect", "-f", "{{.NetworkSettings.Networks.small.IPAddress}}", "stays"]);
    const before = await address();
    await host.ok(["restart", "-t", "0", "stays"]);
    assert.equal(await address(), before);
    for (let i = 0; i < 8; i++) {
      const { code, stderr } = await inside(["--network", "small"], "true");
      assert.equal(code, 0, stderr);
    }
    await remove("stays");
    await host.ok(["network", "rm", "small"]);
  });

  test("IPv6 within the network", async () => {
    await host.ok(["network", "create", "--ipv6", "six"]);
    await start("one", ["--network", "six"], "nc -ll -p 80 -e echo six");
    const { code, stdout } = await inside(
      ["--network", "six"],
      "nslookup -type=aaaa one | grep -c 'Address: fd'; ip -6 route | grep -c default; nc -w 2 $(nslookup -type=aaaa one | grep -o 'fd[0-9a-f:]*' | tail -1) 80",
    );
    assert.deepEqual([code, stdout], [0, "1\n1\nsix\n"]);
    await remove("one");
    await host.ok(["network", "rm", "six"]);
  });
});

describe("who reaches whom", () => {
  test("an isolated network, an internal one, and the way out", async () => {
    await host.ok(["network", "create", "open"]);
    await host.ok(["network", "create", "--opt", "isolate=strict", "closed"]);
    await host.ok(["network", "create", "--internal", "inner"]);
    await start("server", ["--network", "open"], "nc -ll -p 80 -e echo reached");
    await start("hidden", ["--network", "closed"], "nc -ll -p 80 -e echo reached");
    const addressOf = (name: string) =>
      host.ok(["inspect", "-f", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", name]);
    const [server, hidden] = [await addressOf("server"), await addressOf("hidden")];
    const reach = (network: string, ip: string) =>
      inside(["--network", network], `nc -w 2 ${ip} 80 </dev/null`);
    assert.equal((await reach("open", server)).stdout, "reached\n");
    assert.equal((await reach("podman", server)).stdout, "reached\n");
    assert.equal((await reach("open", hidden)).stdout, "");
    assert.equal((await reach("closed", server)).stdout, "");
    assert.equal((await reach("closed", hidden)).stdout, "reached\n");
    const inner = await inside(
      ["--network", "inner"],
      `nc -w 2 ${server} 80 </dev/null; ip route; nslookup -type=a example.org`,
    );
    assert.doesNotMatch(inner.stdout, /reached|default/);
    assert.match(inner.stdout, /NXDOMAIN/);
    await remove("server", "hidden");
    await host.ok(["network", "rm", "open", "closed", "inner"]);
  });
});

describe("published ports", () => {
  test("tcp: a range, an address, and the client's address", async () => {
    await host.ok(["network", "create", "ports"]);
    const port = await freePort();
    await start(
      "tells",
      ["--network", "ports", "-p", `${port}:80`],
      "nc -ll -p 80 -e sh -c 'netstat -tn | grep :80'",
    );
    await until(async () => (await ask(port)) !== undefined, "the server");
    const gateway = await host.ok([
      "network",
      "inspect",
      "-f",
      "{{range .Subnets}}{{.Gateway}}{{end}}",
      "ports",
    ]);
    const fromGateway = new RegExp(`:80 .*${gateway.replaceAll(".", "\\.")}:`);
    assert.match((await ask(port)) ?? "", fromGateway); // the host itself, over its loopback
    const { own, text } = await askWithAddress(port);
    if (own !== undefined) assert.match(text ?? "", new RegExp(`${own.replaceAll(".", "\\.")}:`));
    assert.match(await host.ok(["port", "tells"]), new RegExp(`^80/tcp -> 0\\.0\\.0\\.0:${port}$`));
    const again = await inside(["--network", "ports", "-p", `${port}:80`], "true");
    assert.equal(again.code, 126);
    assert.match(again.stderr, new RegExp(`listen tcp 0\\.0\\.0\\.0:${port}: bind: address already in use`));
    const elsewhere = await inside(["--network", "ports", "-p", `192.0.2.199:${port}:80`], "true");
    assert.match(elsewhere.stderr, /listen tcp 192\.0\.2\.199:\d+: bind: cannot assign requested address\n$/);
    await remove("tells");
    assert.equal(await ask(port), undefined);
    const next = await inside(["--network", "ports", "-p", `${port}:80`], "true");
    assert.deepEqual([next.code, next.stderr], [0, ""]);
    await host.ok(["network", "rm", "ports"]);
  });
});

describe("what dies", () => {
  /** Pids of the holder, its name server and slirp4netns, by what they are. */
  const helpers = () => {
    const found = { holder: 0, names: 0, slirp: 0 };
    for (const [pid, line] of host.processes()) {
      const name = readFileSync(`/proc/${pid}/comm`, "utf8").trim();
      if (name === "tspod-names") found.names = pid;
      else if (name === "tspod-network") found.holder = pid;
      else if (line.includes("slirp4netns")) found.slirp = pid;
    }
    return found;
  };

  for (const victim of ["slirp", "names", "holder"] as const) {
    test(`${victim}: comes back by itself, with names and ports`, async () => {
      await host.ok(["network", "create", victim]);
      const port = await freePort();
      await start("lives", ["--network", victim, "-p", `${port}:80`], "nc -ll -p 80 -e echo served");
      await start("asks", ["--network", victim]);
      await until(async () => (await ask(port)) === "served\n", "the server");
      const before = helpers();
      process.kill(before[victim], "SIGKILL");
      await until(async () => (await ask(port)) === "served\n", "the port");
      await until(async () => {
        const { stdout } = await host.tspod(["exec", "asks", "nslookup", "-type=a", "lives"]);
        return /Name:\s+lives/.test(stdout);
      }, "the name");
      assert.notEqual(helpers()[victim], before[victim]);
      const { stdout } = await inside(["--network", victim], "nc -w 2 lives 80 </dev/null");
      assert.equal(stdout, "served\n");
      await remove("lives", "asks");
      await host.ok(["network", "rm", victim]);
    });
  }

  test("nothing is left when nothing runs", async () => {
    await until(() => Object.values(helpers()).every((pid) => pid === 0), "the end of the holder");
    const left = readdirSync(join(host.runtimeDirectory, "tspod", "network"));
    assert.deepEqual(left.sort(), ["start.lock", "users.lock"]);
  });
});

test("Podman's own files: read as they are, and a broken one is left out with a warning", async () => {
  const directory = join(host.dataDirectory, "tspod", "networks");
  const file = {
    name: "dropped",
    id: "ab".repeat(32),
    driver: "bridge",
    network_interface: "podman42",
    created: "2024-05-01T10:00:00.123456789Z",
    subnets: [{ subnet: "10.77.9.0/24", gateway: "10.77.9.1" }],
    ipv6_enabled: false,
    internal: false,
    dns_enabled: true,
    ipam_options: { driver: "host-local" },
  };
  writeFileSync(join(directory, "dropped.json"), JSON.stringify(file));
  const { stdout } = await inside(["--network", "dropped"], "ip -4 addr show eth0");
  assert.match(stdout, /inet 10\.77\.9\.2\/24/);
  writeFileSync(join(directory, "broken.json"), "{");
  const listed = await host.tspod(["network", "ls", "-q"]);
  assert.match(listed.stderr, /^Warning: the network file ".*broken\.json" is left out: no JSON/);
  assert.match(listed.stdout, /^dropped$/m);
  assert.equal(listed.code, 0);
  const check = await host.tspod(["system", "check"]);
  assert.equal(check.code, 125);
  assert.match(check.stdout, /broken\.json" is left out: no JSON/);
  unlinkSync(join(directory, "broken.json"));
  await host.ok(["system", "check"]);
  await host.ok(["network", "rm", "dropped"]);
});

test("what is no file of a network takes none of the others down", async () => {
  const directory = join(host.dataDirectory, "tspod", "networks");
  await host.ok(["network", "create", "sound"]);
  mkdirSync(join(directory, "directory.json"));
  symlinkSync("/dev/zero", join(directory, "zero.json"));
  symlinkSync("loop.json", join(directory, "loop.json"));
  writeFileSync(join(directory, "half.json"), "{");
  await host.ok(["unshare", "mkfifo", join(directory, "fifo.json")]);
  const { code, stdout, stderr } = await host.tspod(["network", "ls", "-q"], { timeoutMs: 20_000 });
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^sound$/m);
  for (const name of ["directory", "zero", "loop", "half", "fifo"])
    assert.match(stderr, new RegExp(`^Warning: the network file "[^"]*/${name}\\.json" is left out: `, "m"));
  assert.equal((await inside(["--network", "sound"], "echo fine")).stdout, "fine\n");
  const none = await inside(["--network", "half"], "true");
  assert.equal(none.code, 125);
  assert.match(none.stderr, /^Error: the network file "[^"]*\/half\.json" can't be used: no JSON/m);
  for (const name of ["directory", "zero", "loop", "half", "fifo"])
    rmSync(join(directory, `${name}.json`), { recursive: true });
});
