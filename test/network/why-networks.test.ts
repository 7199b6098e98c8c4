import assert from "node:assert/strict";
import { unlinkSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { freePort } from "../support/ports.ts";
import { until } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;

const start = (name: string, flags: readonly string[], script = "sleep 1000") =>
  host.ok(["run", "-d", "--name", name, ...flags, IMAGE, "sh", "-c", script]);
const why = (name: string) => host.ok(["why", name]);
const reach = (from: string, to: string) => host.ok(["why", "--reach", to, from]);

await host.ok(["network", "create", "--subnet", "10.79.1.0/24", "front"]);
await host.ok(["network", "create", "--subnet", "10.79.2.0/24", "back"]);
await host.ok(["network", "create", "--internal", "--subnet", "10.79.3.0/24", "inner"]);
await host.ok(["network", "create", "-o", "isolate=strict", "--subnet", "10.79.4.0/24", "apart"]);
await host.ok(["network", "create", "--disable-dns", "--subnet", "10.79.5.0/24", "mute"]);

describe("why knows the networks of a container", () => {
  test("names, neighbours, and ports at which nothing listens, or only the loopback does", async () => {
    const [silent, loopback, open] = [await freePort(), await freePort(), await freePort()];
    await start(
      "web",
      ["--network", "front:alias=shop", "-p", `${silent}:81`, "-p", `${loopback}:82`, "-p", `${open}:83`],
      "httpd -p 127.0.0.1:82 -h /etc; nc -ll -p 83 -e true & sleep 1000",
    );
    await start("db", ["--network", "front"]);
    await until(async () => !(await why("web")).includes("listens at 83/tcp"), "the server at 83");
    const text = await why("web");
    assert.match(text, /^In network front: 10\.79\.1\.2, found as web, shop, [0-9a-f]{12}; finds db$/m);
    assert.match(text, /^Network: nothing in the container listens at 81\/tcp$/m);
    assert.match(
      text,
      /^Network: what listens at 82\/tcp does so at 127\.0\.0\.1 alone, where no client comes: let it listen at 0\.0\.0\.0$/m,
    );
    assert.doesNotMatch(text, /83\/tcp/);
    assert.doesNotMatch(await why("db"), /^Network:/m);
  });

  test("internal, without names, with an allow-list", async () => {
    await start("hidden", ["--network", "inner"]);
    await start("dumb", ["--network", "mute"]);
    await start("bound", ["--network", "back", "--egress", "192.0.2.0/24"]);
    assert.match(await why("hidden"), /^Network: inner: internal, so nothing beyond is reached/m);
    assert.match(await why("dumb"), /^Network: mute answers no names \(its DNS is switched off\)/m);
    assert.match(
      await why("bound"),
      /^Network: --egress lets it reach 192\.0\.2\.0\/24 beyond its networks/m,
    );
  });

  test("a port of the host that another container or program has, and a network that is gone", async () => {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, "0.0.0.0", done));
    const address = server.address();
    assert.ok(address !== null && typeof address === "object");
    const port = await freePort();
    await start("owner", ["--network", "front", "-p", `${port}:80`]);
    for (const [name, taken] of [
      ["late", port],
      ["later", address.port],
    ] as const) {
      const failed = await host.tspod([
        "run",
        "-d",
        "--name",
        name,
        "--network",
        "front",
        "-p",
        `${taken}:80`,
        IMAGE,
        "true",
      ]);
      assert.equal(failed.code, 126);
    }
    assert.match(
      await why("late"),
      new RegExp(`^Network: port ${port}/tcp of the host is taken by the container owner$`, "m"),
    );
    assert.match(await why("late"), /^Try: tspod stop owner && tspod start late$/m);
    assert.match(
      await why("later"),
      new RegExp(
        `^Network: port ${address.port}/tcp of the host is taken by another program: "ss -lnp" names it$`,
        "m",
      ),
    );
    await new Promise((done) => server.close(done));
    assert.doesNotMatch(await why("later"), /is taken/);

    await host.ok(["network", "create", "gone"]);
    await host.ok(["create", "--name", "lost", "--network", "gone", IMAGE, "true"]);
    unlinkSync(join(host.dataDirectory, "tspod/networks/gone.json"));
    assert.match(await why("lost"), /^Network: the network "gone" is not there any more/m);
    assert.match(await why("lost"), /^Try: tspod network create gone$/m);
  });
});

describe("why --reach", () => {
  test("by name: in the same network, in another, without names, unknown, not running", async () => {
    await start("server", ["--network", "front"], "nc -ll -p 80 -e true & sleep 1000");
    await start("far", ["--network", "back"]);
    await start("alone", ["--network", "apart"]);
    await start("client", ["--network", "front", "--network", "mute"]);
    await start("mime", ["--network", "mute"]);
    await start("single", ["--network", "slirp4netns"]);
    await host.ok(["create", "--name", "asleep", "--network", "front", IMAGE, "true"]);
    await until(async () => (await reach("client", "server:80")).includes("something listens"), "the server");
    assert.match(
      await reach("client", "SERVER:80"),
      /^ {2}both are in front: the name leads to 10\.79\.1\.\d+$/m,
    );
    assert.match(await reach("client", "server:81"), /^ {2}nothing in the container listens at 81\/tcp$/m);
    assert.match(
      await reach("client", "far"),
      /far is in back \(10\.79\.2\.\d+\), where client is not: its name is unknown there, and its addresses are reached all the same; "tspod network connect back client" joins them$/m,
    );
    assert.match(await reach("client", "alone"), /its addresses are not reached either/);
    assert.match(
      await reach("client", "mime"),
      /both are in mute, which answers no names: only the address 10\.79\.5\.\d+ is of use/,
    );
    assert.match(await reach("client", "nobody"), /no container is called nobody/);
    assert.match(await reach("client", "asleep"), /asleep is not running.*"tspod start asleep"/);
    assert.match(
      await reach("client", "single"),
      /single is in no network with a name \(its network is slirp4netns\)/,
    );
    assert.match(await reach("single", "client"), /single is in no network with a name/);
  });

  test("what it says of addresses is so", async () => {
    const far = await host.ok(["inspect", "--format", "{{.NetworkSettings.Networks.back.IPAddress}}", "far"]);
    const alone = await host.ok([
      "inspect",
      "--format",
      "{{.NetworkSettings.Networks.apart.IPAddress}}",
      "alone",
    ]);
    const answer = async (address: string) =>
      (await host.tspod(["exec", "client", "nc", "-w", "2", address, "9"])).stderr;
    assert.match(await reach("client", far), /reached all the same/);
    assert.match(await answer(far), /Connection refused/);
    assert.match(await reach("client", alone), /not reached either/);
    assert.match(await answer(alone), /No route to host/);
  });

  test("by address: beyond an internal network, an allow-list, the host's loopback", async () => {
    assert.match(await reach("hidden", "192.0.2.7"), /inner: internal, there is no way out/);
    assert.match(
      await reach("bound", "198.51.100.7"),
      /--egress doesn't allow it: only 192\.0\.2\.0\/24 is reached/,
    );
    assert.match(await reach("bound", "192.0.2.7:443"), /nothing of tspod's is in the way to 192\.0\.2\.7/);
    assert.match(await reach("client", "10.0.2.2"), /would be the host's loopback/);
  });

  test("what makes no sense is refused", async () => {
    for (const target of ["", "a:b", "a:0", "a:65536", "a:80/sctp", "[::1"]) {
      const { code, stderr } = await host.tspod(["why", "--reach", target, "client"]);
      assert.equal(code, 125, target);
      assert.equal(stderr, `Error: --reach "${target}": must be HOST, HOST:PORT or HOST:PORT/udp\n`);
    }
  });
});
