import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { ask, freePort } from "../support/ports.ts";
import { until } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;

const SUBNET = "fd77:5:1::/64";

const inside = (flags: readonly string[], script: string) =>
  host.tspod(["run", "--rm", ...flags, IMAGE, "sh", "-c", script]);
const start = (name: string, flags: readonly string[], script = "sleep 1000") =>
  host.ok(["run", "-d", "--name", name, ...flags, IMAGE, "sh", "-c", script]);
const remove = (...names: string[]) => host.ok(["rm", "-f", "-t", "0", ...names]);
const addressIn = (network: string, name: string) =>
  host.ok(["inspect", "-f", `{{.NetworkSettings.Networks.${network}.GlobalIPv6Address}}`, name]);

test("networks of both families, and of IPv6 alone", async () => {
  await host.ok(["network", "create", "--subnet", "10.77.51.0/24", "--subnet", SUBNET, "both"]);
  await host.ok(["network", "create", "--subnet", "fd77:5:2::/64", "six"]);
});

describe("static addresses", () => {
  test("--ip6, ip6=, and connect --ip6", async () => {
    const show = "ip -6 -o addr show eth0 scope global";
    const flag = await inside(["--network", "both", "--ip6", "fd77:5:1::98", "--ip", "10.77.51.98"], show);
    assert.match(flag.stdout, /inet6 fd77:5:1::98\/64/, flag.stderr);
    const option = await inside(["--network", "both:ip6=fd77:5:1::99,ip=10.77.51.99"], show);
    assert.match(option.stdout, /inet6 fd77:5:1::99\/64/, option.stderr);
    await start("late", []);
    await remove("late");
    await host.ok(["network", "create", "plain"]);
    await start("late", ["--network", "plain"]);
    await host.ok(["network", "connect", "--ip6", "fd77:5:1::97", "both", "late"]);
    assert.match(await host.ok(["exec", "late", "ip", "-6", "addr", "show", "eth1"]), /fd77:5:1::97\/64/);
    assert.equal(await addressIn("both", "late"), "fd77:5:1::97");
    await remove("late");
    await host.ok(["network", "rm", "plain"]);
  });

  test("one that is written differently is the same, and taken", async () => {
    await start("owner", ["--network", "both:ip6=fd77:5:1:0:0:0:0:42"]);
    const { code, stderr } = await inside(["--network", "both", "--ip6", "fd77:5:1::42"], "true");
    assert.equal(code, 126);
    assert.match(stderr, /^Error: IPAM error: requested ip address fd77:5:1::42 is already allocated to/);
    await host.ok(["restart", "-t", "0", "owner"]);
    assert.equal(await addressIn("both", "owner"), "fd77:5:1::42");
    await remove("owner");
  });

  test("what can't be", async () => {
    for (const [flags, message] of [
      [["--network", "both", "--ip6", "10.77.51.3"], 'Error: --ip6 "10.77.51.3" is not an IPv6 address\n'],
      [["--network", "both:ip6=foo"], 'Error: invalid option for network both: invalid ip address "foo"\n'],
      [
        ["--network", "both:ip6=fd78::1"],
        "Error: requested static ip fd78::1 not in any subnet on network both\n",
      ],
      [
        ["--network", "host", "--ip6", "fd77:5:1::3"],
        "Error: --ip6 can only be set when the network mode is bridge: invalid argument\n",
      ],
    ] as const) {
      const { code, stderr } = await inside(flags, "true");
      assert.deepEqual([code, stderr], [125, message]);
    }
  });
});

test("names have AAAA and PTR records, and a container of IPv6 alone is reached by its name", async () => {
  await start("web", ["--network", "six:ip6=fd77:5:2::80"], "nc -ll -p 80 -e echo six");
  const { stdout, stderr } = await inside(
    ["--network", "six"],
    "cat /etc/resolv.conf; nslookup -type=aaaa web; nslookup fd77:5:2::80; nc -w 2 web 80",
  );
  assert.match(stdout, /^nameserver fd77:5:2::1$/m, stderr);
  assert.match(stdout, /Address: fd77:5:2::80$/m);
  assert.match(stdout, /name = web/);
  assert.match(stdout, /^six$/m);
  await remove("web");
});

describe("published ports", () => {
  const serve = "nc -ll -p 80 -e sh -c 'netstat -tn | grep :80'";

  test("of TCP at addresses of IPv6, beside the same port of IPv4", async () => {
    const port = await freePort();
    const flags = ["-p", `[::]:${port}:80`, "-p", `127.0.0.1:${port}:80`];
    await start("server", ["--network", "both", ...flags], serve);
    await until(async () => (await ask(port, "::1")) !== undefined, "the port of IPv6");
    // An address of IPv6 can't stand for a client at one of IPv4.
    const fromGateway = /10\.77\.51\.\d+:80\b.* (?:::ffff:)?10\.77\.51\.1:/;
    assert.match((await ask(port, "::1")) ?? "", fromGateway);
    assert.match((await ask(port)) ?? "", fromGateway);
    const taken = await inside(["--network", "both", "-p", `[::1]:${port}:80`], "true");
    assert.equal(taken.code, 126);
    assert.match(taken.stderr, new RegExp(`listen tcp \\[?::1\\]?:${port}: bind: address already in use`));
    await remove("server");
    assert.equal(await ask(port, "::1"), undefined);
  });

  test("of a container that has an address of IPv6 alone", async () => {
    const port = await freePort();
    await start("server", ["--network", "six", "-p", `${port}:80`], "nc -ll -p 80 -e echo reached");
    await until(async () => (await ask(port)) === "reached\n", "the port of IPv4");
    await host.ok(["port", "add", "server", `[::1]:${port}:80`]);
    await until(async () => (await ask(port, "::1")) === "reached\n", "the port of IPv6");
    await remove("server");
  });

  test("what slirp4netns can't forward is refused", async () => {
    for (const [flags, exit, message] of [
      [
        ["--network", "both", "-p", "[::1]:18099:80/udp"],
        125,
        "cannot publish port 18099/udp at [::1]: slirp4netns forwards ports of IPv4 addresses only. Publish it at an IPv4 address",
      ],
      [
        ["-p", "[::1]:18099:80/udp"],
        125,
        "cannot publish port 18099/udp at [::1]: slirp4netns forwards ports of IPv4 addresses only. Publish it at an IPv4 address",
      ],
      [
        ["--network", "six", "-p", "18099:80/udp"],
        126,
        "cannot publish port 18099/udp: slirp4netns forwards udp to IPv4 addresses only, and the container's networks have none. Give a network an IPv4 subnet",
      ],
    ] as const) {
      const { code, stderr } = await inside(flags, "true");
      assert.deepEqual([code, stderr], [exit, `Error: ${message}\n`]);
    }
    assert.equal(await host.ok(["ps", "-aq"]), "");
  });
});
