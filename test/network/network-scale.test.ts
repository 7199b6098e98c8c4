import assert from "node:assert/strict";
import { after, test } from "node:test";
import { until } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;

/** `npm run test:networks`: as many as people have; otherwise as many as an ordinary test has time for. */
const FULL = process.env.TSPOD_NETWORK_SCALE === "full";
const CONTAINERS = FULL ? 100 : 20;
const NETWORKS = FULL ? 30 : 8;
const AT_ONCE = 8;

/** Runs it for 0 to COUNT - 1, some at a time. */
async function forEach(count: number, work: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

const holderIsGone = () => ![...host.processes().values()].some((line) => line.includes("tspod-network "));

test(`${CONTAINERS} containers in one network: an address each, all found by name, nothing left`, async () => {
  await host.ok(["network", "create", "--subnet", "10.82.0.0/24", "crowd"]);
  await forEach(CONTAINERS, (i) =>
    host.ok(["run", "-d", "--name", `member${i}`, "--network", "crowd", IMAGE, "sleep", "1000"]),
  );
  const text = await host.ok([
    "network",
    "inspect",
    "--format",
    "{{range .Containers}}{{.Name}} {{end}}",
    "crowd",
  ]);
  assert.equal(text.trim().split(" ").length, CONTAINERS);
  const ids = (await host.ok(["ps", "-q"])).split("\n");
  const addresses = await host.ok([
    "inspect",
    "--format",
    "{{.NetworkSettings.Networks.crowd.IPAddress}}",
    ...ids,
  ]);
  assert.equal(new Set(addresses.split("\n")).size, CONTAINERS);
  const names = Array.from({ length: CONTAINERS }, (_, i) => `member${i}`);
  const script = `for name in ${names.join(" ")}; do nslookup -type=a $name >/dev/null || echo "$name is not found"; done`;
  assert.equal(await host.ok(["exec", "member0", "sh", "-c", script]), "");
  await host.ok(["rm", "-f", "-t", "0", "-a"]);
  await host.ok(["network", "rm", "crowd"]);
  await until(holderIsGone, "the end of the holder");
});

test(`${NETWORKS} networks, a container in each and one in all: each finds its own, none another's`, async () => {
  for (let i = 0; i < NETWORKS; i++) await host.ok(["network", "create", `net${i}`]);
  const subnets = await host.ok([
    "network",
    "inspect",
    "--format",
    "{{range .Subnets}}{{.Subnet}}{{end}}",
    ...Array.from({ length: NETWORKS }, (_, i) => `net${i}`),
  ]);
  assert.equal(new Set(subnets.split("\n")).size, NETWORKS);
  await forEach(NETWORKS, (i) =>
    host.ok(["run", "-d", "--name", `only${i}`, "--network", `net${i}`, IMAGE, "sleep", "1000"]),
  );
  const all = Array.from({ length: NETWORKS }, (_, i) => ["--network", `net${i}`]).flat();
  await host.ok(["run", "-d", "--name", "everywhere", ...all, IMAGE, "sleep", "1000"]);
  const asks = async (from: string, name: string) =>
    (await host.tspod(["exec", from, "nslookup", "-type=a", name])).stdout;
  const links = await host.ok(["exec", "everywhere", "sh", "-c", "ls /sys/class/net | grep -c eth"]);
  assert.equal(links, String(NETWORKS));
  await forEach(NETWORKS, async (i) => {
    assert.match(await asks("everywhere", `only${i}`), new RegExp(`Name:\\s+only${i}`));
    assert.match(await asks(`only${i}`, "everywhere"), /Name:\s+everywhere/);
    assert.doesNotMatch(await asks(`only${i}`, `only${(i + 1) % NETWORKS}.dns.podman`), /Name:/);
  });
  await host.ok(["rm", "-f", "-t", "0", "-a"]);
  await host.ok(["network", "prune", "-f"]);
  await until(holderIsGone, "the end of the holder");
});
