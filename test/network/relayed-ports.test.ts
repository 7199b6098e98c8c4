import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { after, afterEach, describe, test } from "node:test";
import { ask, askWithAddress, freePort } from "../support/ports.ts";
import { until } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;
afterEach(() => host.ok(["rm", "-f", "-i", "-t", "0", "server"]));

/** Tells each client its address, as the container sees it. */
const TELL = "nc -ll -p 80 -e sh -c 'netstat -tn | grep ESTABLISHED'";
const start = (flags: readonly string[], script = TELL) =>
  host.ok(["run", "-d", "--name", "server", ...flags, IMAGE, "sh", "-c", script]);
const cameFrom = (address: string) => new RegExp(`:80 +(?:::ffff:)?${address.replaceAll(".", "\\.")}:`);

/** Pids of what serves such ports. */
const relays = () =>
  [...host.processes()].filter(([, line]) => /tspod-network relay/.test(line)).map(([pid]) => pid);

async function answersAs(port: number, address: string, host = "127.0.0.1"): Promise<void> {
  await until(async () => (await ask(port, host)) !== undefined, `an answer at ${host}`);
  assert.match((await ask(port, host)) ?? "", cameFrom(address));
}

describe("a port on the host's loopback of a container with slirp4netns: a client is seen", () => {
  for (const [flags, address] of [
    [[], "10.0.2.100"],
    [["--network", "slirp4netns:cidr=10.33.4.0/24"], "10.33.4.100"],
    [["--network", "slirp4netns:cidr=10.33.4.0/24", "--userns", "keep-id"], "10.33.4.100"],
    [["--network", "slirp4netns:port_handler=slirp4netns"], "10.0.2.2"],
  ] as const)
    test(`as ${address} with ${flags.join(" ") || "no flags"}`, async () => {
      const port = await freePort();
      const as = flags.includes("--userns" as never) ? ["--user", "0"] : [];
      await start([...flags, ...as, "-p", `127.0.0.1:${port}:80`]);
      await answersAs(port, address);
      const { text } = await askWithAddress(port);
      assert.equal(text, undefined);
    });

  test("of IPv6 too, for which slirp4netns has no ports", async () => {
    const port = await freePort();
    await start(["-p", `[::1]:${port}:80`]);
    await answersAs(port, "10.0.2.100", "::1");
    assert.equal(await ask(port), undefined);
  });
});

test("at all addresses a client of the network is seen as itself, with rootlesskit as the container", async () => {
  for (const [handler, seen] of [
    ["slirp4netns", undefined],
    ["rootlesskit", "10.0.2.100"],
  ] as const) {
    const port = await freePort();
    await start(["--network", `slirp4netns:port_handler=${handler}`, "-p", `${port}:80`]);
    await until(async () => (await ask(port)) !== undefined, "an answer");
    const { own, text } = await askWithAddress(port);
    if (own !== undefined) assert.match(text ?? "", cameFrom(seen ?? own));
    await host.ok(["rm", "-f", "-t", "0", "server"]);
  }
});

test("a range, with udp beside tcp: each port goes where it should, and all end with the container", async () => {
  const first = 20_000 + (process.pid % 12_000);
  const ports = ["-p", `127.0.0.1:${first}-${first + 99}:8000-8099`, "-p", `127.0.0.1:${first}:53/udp`];
  await start(ports, "nc -ll -p 8042 -e echo hit");
  await until(async () => (await ask(first + 42)) === "hit\n", "a port of the range");
  assert.equal(relays().length, 2);
  await host.ok(["rm", "-f", "-t", "0", "server"]);
  assert.deepEqual(relays(), []);
  await start(ports, "nc -ll -p 8042 -e echo hit");
});

describe("a port that is served by tspod in a container's namespace", () => {
  test("is refused in Podman's words where it is taken, and nothing is left", async () => {
    const taken = createServer();
    const port = await freePort();
    await new Promise<void>((done) => taken.listen(port, "127.0.0.1", done));
    const [free, flags] = [await freePort(), ["-p", `127.0.0.1:${port}:80`]];
    const result = await host.tspod(["run", "--rm", "-p", `127.0.0.1:${free}:81`, ...flags, IMAGE, "true"]);
    taken.close();
    assert.deepEqual(
      [result.code, result.stderr],
      [
        126,
        `Error: cannot publish port ${port}: listen tcp 127.0.0.1:${port}: bind: address already in use\n`,
      ],
    );
    assert.equal(await host.ok(["ps", "-aq"]), "");
    assert.deepEqual(relays(), []);
  });

  test("is taken as long as the container runs, and its client is reset where nothing listens", async () => {
    const port = await freePort();
    await start(["-p", `127.0.0.1:${port}:81`], "sleep 1000");
    assert.equal(await ask(port), undefined);
    const again = await host.tspod(["run", "--rm", "-p", `127.0.0.1:${port}:80`, IMAGE, "true"]);
    assert.match(again.stderr, /bind: address already in use/);
  });

  test("is served again when that process is killed", async () => {
    const port = await freePort();
    await start(["-p", `127.0.0.1:${port}:80`]);
    const [before = 0] = relays();
    assert.equal(readFileSync(`/proc/${before}/comm`, "utf8"), "tspod-ports\n");
    process.kill(before, "SIGKILL");
    await until(() => relays().length === 1 && relays()[0] !== before, "another process");
    await answersAs(port, "10.0.2.100");
  });

  for (const userns of [[], ["--userns", "keep-id", "--user", "0"]])
    test(`is served in each run of a restart policy${userns.length > 0 ? ", each in a namespace of its own" : ""}`, async () => {
      const port = await freePort();
      await start([...userns, "--restart", "always", "-p", `127.0.0.1:${port}:80`]);
      for (let run = 0; run < 3; run++) {
        await answersAs(port, "10.0.2.100");
        const pid = await host.ok(["inspect", "-f", "{{.State.Pid}}", "server"]);
        process.kill(Number(pid), "SIGKILL");
        await until(
          async () => !["0", pid].includes(await host.ok(["inspect", "-f", "{{.State.Pid}}", "server"])),
          "the next run",
        );
      }
      assert.equal(relays().length, 1);
    });

  test("is free when the monitor has been killed", async () => {
    const port = await freePort();
    await start(["-p", `127.0.0.1:${port}:80`]);
    process.kill(Number(await host.ok(["inspect", "-f", "{{.State.ConmonPid}}", "server"])), "SIGKILL");
    await until(() => relays().length === 0, "the end of what serves it");
    await host.ok(["rm", "-f", "-t", "0", "server"]);
    await start(["-p", `127.0.0.1:${port}:80`]);
    await answersAs(port, "10.0.2.100");
  });

  test("stands in a script that does without tspod", async () => {
    const { stdout } = await host.tspod(["run", "--dry-run=sh", "-p", "127.0.0.1:8099:80", IMAGE, "true"]);
    assert.match(stdout, /"host_addr":"127\.0\.0\.1","host_port":8099,"guest_addr":"10\.0\.2\.100"/);
  });
});
