import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;

const start = (name: string, network: string) =>
  host.ok([
    "run",
    "-d",
    "--name",
    name,
    "--network",
    network,
    IMAGE,
    "nc",
    "-ll",
    "-p",
    "80",
    "-e",
    "echo",
    name,
  ]);
const reach = async (flags: readonly string[], target: string) =>
  (await host.tspod(["run", "--rm", "--network", "own", ...flags, IMAGE, "nc", "-w", "2", target, "80"]))
    .stdout;

await host.ok(["network", "create", "own"]);
await host.ok(["network", "create", "other"]);
await start("neighbour", "own");
await start("stranger", "other");
const stranger = await host.ok([
  "inspect",
  "-f",
  "{{.NetworkSettings.Networks.other.IPAddress}}",
  "stranger",
]);

describe("--egress", () => {
  for (const [egress, reached] of [
    [undefined, "stranger\n"],
    ["none", ""],
    ["192.0.2.0/24", ""],
    [`192.0.2.0/24,${stranger}`, "stranger\n"],
    ["0.0.0.0/0", "stranger\n"],
  ] as const) {
    test(`${egress}: beyond its network; its neighbours are reached all the same`, async () => {
      const flags = egress === undefined ? [] : ["--egress", egress];
      assert.equal(await reach(flags, stranger), reached);
      assert.equal(await reach(flags, "neighbour"), "neighbour\n");
    });
  }

  test("an address that a limited container had is not limited for the next one", async () => {
    await host.ok(["network", "create", "--subnet", "10.79.1.0/30", "--gateway", "10.79.1.1", "tiny"]);
    const inTiny = (...flags: string[]) =>
      host.tspod(["run", "--rm", "--network", "tiny", ...flags, IMAGE, "nc", "-w", "2", stranger, "80"]);
    assert.equal((await inTiny("--egress", "none")).stdout, "");
    assert.equal((await inTiny()).stdout, "stranger\n");
    assert.equal((await inTiny("--egress", "none")).stdout, "");
  });

  test("what it can't hold is refused", async () => {
    for (const [flags, message] of [
      [["--network", "own", "--privileged"], /^Error: --egress can't hold a container with --privileged/],
      [
        ["--network", "own", "--cap-add", "net_raw"],
        /^Error: --egress can't hold a container with --cap-add net_raw/,
      ],
      [[], /^Error: --egress needs a network with a name, and this container's network is slirp4netns/],
      [
        ["--network", "own", "--egress", "10.0.0.0/33"],
        /^Error: --egress none excludes everything else|is no network/,
      ],
      [["--network", "own", "--egress", "no-such-name.invalid"], /^Error: --egress none excludes|looking up/],
    ] as const) {
      const first = flags.includes("--egress" as never) ? [] : ["--egress", "none"];
      const { code, stderr } = await host.tspod(["run", "--rm", ...first, ...flags, IMAGE, "true"]);
      assert.ok(code === 125 || code === 126, stderr);
      assert.match(stderr, message);
    }
  });
});

for (const userns of ["keep-id", "auto"]) {
  test(`a user namespace of its own (${userns}): interface, name and way out`, async () => {
    const { stdout } = await host.tspod([
      ...["run", "--rm", "--userns", userns, "--network", "own", IMAGE, "sh", "-c"],
      "nc -w 2 neighbour 80; ip route | grep -c default",
    ]);
    assert.equal(stdout, "neighbour\n1\n");
  });
}
