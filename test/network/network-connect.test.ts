import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { ask, freePort } from "../support/ports.ts";
import { until } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;

const start = (name: string, flags: readonly string[], script = "sleep 1000") =>
  host.ok(["run", "-d", "--name", name, ...flags, IMAGE, "sh", "-c", script]);
const inside = async (name: string, script: string) =>
  (await host.tspod(["exec", name, "sh", "-c", script])).stdout;
const remove = (...names: string[]) => host.ok(["rm", "-f", "-t", "0", ...names]);

await host.ok(["network", "create", "--subnet", "10.78.1.0/24", "front"]);
await host.ok(["network", "create", "--subnet", "10.78.2.0/24", "back"]);
await host.ok(["network", "create", "--internal", "--subnet", "10.78.3.0/24", "inner"]);

describe("a running container", () => {
  test("a file of hosts that it has made too large stays as it is, and its networks change", async () => {
    await start("large", ["--network", "front"]);
    await inside("large", "truncate -s 3G /etc/hosts");
    for (const verb of ["connect", "disconnect"] as const) {
      const result = await host.tspod(["network", verb, "back", "large"]);
      assert.deepEqual([result.code, result.stdout], [0, ""]);
      assert.match(
        result.stderr,
        /^Warning: \/etc\/hosts of container large is left as it is: "\/\S+\/hosts" has more than 16 MiB\n$/,
      );
      assert.equal(/10\.78\.2\./.test(await inside("large", "ip addr")), verb === "connect");
    }
    assert.equal(await inside("large", "stat -c %s /etc/hosts"), `${3 * 1024 ** 3}\n`);
    await remove("large");
  });

  test("is connected: interface, names, hosts, resolv.conf; and disconnected", async () => {
    await start("moves", ["--network", "front"]);
    await start("other", ["--network", "back"], "nc -ll -p 80 -e echo reached");
    assert.match(await inside("moves", "nslookup -type=a other.dns.podman"), /can't find other/);
    assert.equal(
      await host.ok(["network", "connect", "--alias", "shop", "--ip", "10.78.2.77", "back", "moves"]),
      "",
    );
    assert.match(await inside("moves", "ip -4 addr show eth1"), /inet 10\.78\.2\.77\/24/);
    assert.match(await inside("moves", "cat /etc/hosts"), /^10\.78\.2\.77\t\w+ moves$/m);
    assert.match(
      await inside("moves", "cat /etc/resolv.conf"),
      /nameserver 10\.78\.1\.1\nnameserver 10\.78\.2\.1/,
    );
    assert.equal(await inside("moves", "nc -w 2 other 80 </dev/null"), "reached\n");
    assert.match(await inside("other", "nslookup -type=a shop"), /Address: 10\.78\.2\.77/);
    assert.match(await host.ok(["ps", "--format", "{{.Names}} {{.Networks}}"]), /^moves front,back$/m);

    const again = await host.tspod(["network", "connect", "back", "moves"]);
    assert.equal(again.code, 125);
    assert.match(
      again.stderr,
      /^Error: container [0-9a-f]{64} is already connected to network back: network is already connected\n$/,
    );

    assert.equal(await host.ok(["network", "disconnect", "back", "moves"]), "");
    assert.doesNotMatch(await inside("moves", "cat /etc/hosts /etc/resolv.conf; ip addr"), /10\.78\.2\./);
    assert.match(await inside("other", "nslookup -type=a shop.dns.podman"), /can't find shop/);
    const not = await host.tspod(["network", "disconnect", "back", "moves"]);
    assert.equal(not.code, 125);
    assert.match(not.stderr, /^Error: container moves is not connected to network back\n$/);
    const events = await host.ok([
      "events",
      "--stream=false",
      "--filter",
      "type=network",
      "--format",
      "{{.Status}} {{.Network}} {{.Name}}",
    ]);
    assert.match(events, /connect back moves\ndisconnect back moves/);
    await remove("moves", "other");
  });

  test("leaves the network that led out: another one does, and its port goes with it", async () => {
    const port = await freePort();
    await start(
      "leads",
      ["--network", "front", "--network", "back", "-p", `${port}:80`],
      "nc -ll -p 80 -e echo served",
    );
    await until(async () => (await ask(port)) === "served\n", "the server");
    await host.ok(["network", "disconnect", "front", "leads"]);
    assert.match(await inside("leads", "ip route"), /default via 10\.78\.2\.1/);
    await until(async () => (await ask(port)) === "served\n", "the server in the other network");
    await host.ok(["network", "disconnect", "back", "leads"]);
    assert.equal(await inside("leads", "ip route"), "");
    await host.ok(["network", "connect", "inner", "leads"]);
    assert.doesNotMatch(await inside("leads", "ip route"), /default/);
    await remove("leads");
  });

  test("what can't be: nothing has changed", async () => {
    await start("fixed", ["--network", "front:ip=10.78.1.9"]);
    await start("second", ["--network", "front"]);
    await host.ok(["network", "disconnect", "front", "second"]);
    const taken = await host.tspod(["network", "connect", "--ip", "10.78.1.9", "front", "second"]);
    assert.equal(taken.code, 125);
    assert.match(taken.stderr, /^Error: IPAM error: requested ip address 10\.78\.1\.9 is already allocated/);
    assert.equal(await inside("second", "ip route"), "");
    await start("slirp", []);
    const mode = await host.tspod(["network", "connect", "front", "slirp"]);
    assert.deepEqual(
      [mode.code, mode.stderr],
      [125, 'Error: "slirp4netns" is not supported: invalid network mode\n'],
    );
    const missing = await host.tspod(["network", "connect", "nowhere", "second"]);
    assert.deepEqual(
      [missing.code, missing.stderr],
      [125, "Error: unable to find network with name or ID nowhere: network not found\n"],
    );
    await remove("fixed", "second", "slirp");
  });

  test("reload makes its interface anew, with its address and port", async () => {
    const port = await freePort();
    const id = await start(
      "again",
      ["--network", "front", "-p", `${port}:80`],
      "nc -ll -p 80 -e echo served",
    );
    const addresses = () => inside("again", "ip addr show eth0 | grep -E 'ether|inet ' | cut -d ' ' -f 1-6");
    const before = await addresses();
    await inside("again", "true");
    assert.equal(await host.ok(["network", "reload", "again"]), id);
    assert.equal(await addresses(), before);
    await until(async () => (await ask(port)) === "served\n", "the server");
    assert.equal(await host.ok(["network", "reload", "--all"]), id);
    await remove("again");
  });

  test("reload of a container that has nothing to make anew: one line, by its state", async () => {
    const running = await host.ok([
      "run",
      "-d",
      "--name",
      "bare",
      "--network",
      "none",
      IMAGE,
      "sleep",
      "1000",
    ]);
    await host.ok(["create", "--name", "waiting", "--network", "front", IMAGE, "true"]);
    for (const [name, message] of [
      ["bare", `container ${running} network is not configured, refusing to reload`],
      ["waiting", "cannot reload network unless container network has been configured"],
    ] as const) {
      const { code, stdout, stderr } = await host.tspod(["network", "reload", name]);
      assert.deepEqual([code, stdout, stderr], [125, "", `Error: ${message}: container state improper\n`]);
    }
    const { code, stderr } = await host.tspod(["network", "reload", "--all", "bare"]);
    assert.equal(code, 125);
    assert.match(stderr, /^Error: no arguments are needed with --all\n/);
    await remove("bare", "waiting");
  });
});

test("a stopped container is connected at its next start, and keeps what it was connected to", async () => {
  await host.ok(["create", "--name", "later", "--network", "front", IMAGE, "sleep", "1000"]);
  await host.ok(["network", "connect", "back", "later"]);
  await host.ok(["network", "connect", "back", "later"]); // as podman: nothing has come of it yet
  await host.ok(["start", "later"]);
  assert.match(await inside("later", "ip -4 addr"), /10\.78\.1\.[\s\S]*10\.78\.2\./);
  await host.ok(["restart", "-t", "0", "later"]);
  assert.match(await inside("later", "ip -4 addr"), /10\.78\.1\.[\s\S]*10\.78\.2\./);
  const inUse = await host.tspod(["network", "rm", "back"]);
  assert.deepEqual(
    [inUse.code, inUse.stderr],
    [
      2,
      'Error: "back" has associated containers with it. Use -f to forcibly delete containers and pods: network is being used\n',
    ],
  );
  await remove("later");
});

test("update changes whom a network asks, and refuses what it must", async () => {
  assert.equal(await host.ok(["network", "update", "--dns-add", "192.0.2.53", "front"]), "front");
  assert.match(await host.ok(["network", "inspect", "front"]), /"network_dns_servers": \[\s+"192\.0\.2\.53"/);
  await start("asks", ["--network", "front"]);
  await host.ok(["network", "update", "--dns-add", "192.0.2.54", "--dns-drop", "192.0.2.53", "front"]);
  assert.match(await inside("asks", "ip -4 addr show eth0"), /10\.78\.1\./);
  const bad = await host.tspod(["network", "update", "--dns-add", "nine", "front"]);
  assert.deepEqual(
    [bad.code, bad.stderr],
    [125, "Error: unable to parse ip nine specified in AddDNSServer: invalid argument\n"],
  );
  await host.ok(["network", "update", "--dns-drop", "192.0.2.54", "front"]);
  await remove("asks");
});

for (const driver of ["macvlan", "ipvlan"]) {
  test(`a network of ${driver} is kept and listed; a container in it says why it does not start`, async () => {
    await host.ok(["network", "create", "--driver", driver, "--subnet", "10.78.9.0/24", "parented"]);
    assert.equal(await host.ok(["network", "ls", "-q", "--filter", `driver=${driver}`]), "parented");
    await host.ok(["create", "--name", "waits", "--network", "parented", IMAGE, "true"]);
    const { code, stderr } = await host.tspod(["start", "waits"]);
    assert.equal(code, 125);
    assert.match(
      stderr,
      new RegExp(
        `: network parented has the driver ${driver}, which needs an interface of the host: only root`,
      ),
    );
    assert.equal(await host.ok(["ps", "-a", "--format", "{{.Status}}", "--filter", "name=waits"]), "Created");
    await host.ok(["rm", "waits"]);
    await host.ok(["network", "rm", "parented"]);
  });
}

test("rm and prune: exit codes and what stays", async () => {
  const none = await host.tspod(["network", "rm", "nowhere"]);
  assert.deepEqual(
    [none.code, none.stderr],
    [1, "Error: unable to find network with name or ID nowhere: network not found\n"],
  );
  assert.deepEqual(
    await host.tspod(["network", "rm", "-f", "nowhere"]).then(({ code, stderr }) => [code, stderr]),
    [0, ""],
  );
  const standard = await host.tspod(["network", "rm", "podman"]);
  assert.deepEqual(
    [standard.code, standard.stderr],
    [125, "Error: default network podman cannot be removed\n"],
  );
  await start("user", ["--network", "back"]);
  assert.equal(await host.ok(["network", "rm", "-f", "-t", "0", "back"]), "back");
  assert.equal((await host.tspod(["container", "exists", "user"])).code, 1);
  await host.ok(["create", "--name", "stays", "--network", "inner", IMAGE, "true"]);
  assert.equal(await host.ok(["network", "prune", "-f"]), "front");
  assert.equal(await host.ok(["network", "ls", "-q"]), "inner\npodman");
  assert.equal((await host.tspod(["network", "exists", "front"])).code, 1);
  assert.equal((await host.tspod(["network", "exists", "inner"])).code, 0);
});

test("unshare --rootless-netns is where the bridges are, and where names are answered", async () => {
  await start("seen", ["--network", "inner"]);
  assert.match(
    await host.ok(["unshare", "--rootless-netns", "cat", "/proc/net/dev"]),
    /tap0:[\s\S]*podman\d+:|podman\d+:[\s\S]*tap0:/,
  );
  await remove("seen");
  const missing = await host.tspod(["unshare", "--rootless-netns", "no-such-program"]);
  assert.equal(missing.code, 127);
});

test("port add and port rm: on a running container, kept for its restarts", async () => {
  const [first, second] = [await freePort(), await freePort()];
  await start("ports", ["--network", "inner", "--network", "podman"], "nc -ll -p 80 -e echo served");
  assert.equal(
    await host.ok(["port", "add", "ports", `${first}:80`, `127.0.0.1:${second}:80`]),
    `80/tcp -> 0.0.0.0:${first}\n80/tcp -> 127.0.0.1:${second}`,
  );
  await until(async () => (await ask(first)) === "served\n", "the first port");
  await until(async () => (await ask(second)) === "served\n", "the second port");
  assert.match(await host.ok(["ps", "--format", "{{.Ports}}"]), new RegExp(`0\\.0\\.0\\.0:${first}->80/tcp`));
  const busy = await host.tspod(["port", "add", "ports", `${first}:81`]);
  assert.equal(busy.code, 125);
  assert.match(busy.stderr, new RegExp(`^Error: conflicting port mappings for host port ${first}`));
  await host.ok(["port", "rm", "ports", `${first}:80`]);
  assert.equal(await ask(first), undefined);
  await host.ok(["restart", "-t", "0", "ports"]);
  await until(async () => (await ask(second)) === "served\n", "the second port after a restart");
  assert.equal(await ask(first), undefined);
  const none = await host.tspod(["port", "rm", "ports", "443"]);
  assert.deepEqual(
    [none.code, none.stderr],
    [125, 'Error: container ports publishes no port that "443" means\n'],
  );
  await remove("ports");
  await start("plain", []);
  const slirp = await host.tspod(["port", "add", "plain", `${first}:80`]);
  assert.equal(slirp.code, 125);
  assert.match(slirp.stderr, /can't change while it runs, since its network is slirp4netns/);
  await remove("plain");
});

test("graph: who is where, by which names and ports", async () => {
  const port = await freePort();
  await start("drawn", ["--network", "podman", "--network", "inner:alias=shop", "-p", `${port}:80`]);
  const text = await host.ok(["network", "graph"]);
  assert.match(
    text,
    /^inner {2}10\.78\.3\.0\/24\n {2}drawn {2}10\.78\.3\.\d+ {2}also shop, \w{12}\n {2}reaches: nothing beyond it/m,
  );
  assert.match(
    text,
    new RegExp(`^  drawn  10\\.88\\.\\d+\\.\\d+  \\(no names\\)  0\\.0\\.0\\.0:${port}->80/tcp$`, "m"),
  );
  const [first] = JSON.parse(await host.ok(["network", "graph", "--format", "json", "inner"]));
  assert.deepEqual([first.name, first.internal, first.members[0].container], ["inner", true, "drawn"]);
  assert.match(await host.ok(["network", "graph", "--format", "svg"]), /^<svg [\s\S]*<\/svg>$/);
  assert.match(await host.ok(["network", "graph", "--format", "dot"]), /^graph networks \{[\s\S]*\}$/);
  const bad = await host.tspod(["network", "graph", "--format", "png"]);
  assert.deepEqual([bad.code, bad.stderr], [125, 'Error: unknown format "png": text, svg, dot or json\n']);
  await remove("drawn");
});

test("network rm --force takes the pods in it along, by their infra containers", async () => {
  await host.ok(["network", "create", "podnet"]);
  await host.ok(["pod", "create", "--name", "within", "--network", "podnet"]);
  await host.ok(["create", "--pod", "within", "--name", "within-one", IMAGE]);
  await host.ok(["create", "--network", "podnet", "--name", "beside", IMAGE]);
  const refused = await host.tspod(["network", "rm", "podnet"]);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /^Error: "podnet" has associated containers with it\. Use -f [^\n]*\n$/);
  assert.deepEqual(await host.tspod(["network", "rm", "-f", "-t", "0", "podnet"]), {
    code: 0,
    stdout: "podnet\n",
    stderr: "",
  });
  for (const name of ["within-one", "beside"])
    assert.equal((await host.tspod(["container", "exists", name])).code, 1);
  assert.equal((await host.tspod(["pod", "exists", "within"])).code, 1);
});
