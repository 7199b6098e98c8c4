import assert from "node:assert/strict";
import { after, test } from "node:test";
import { makeImage } from "./support/image.ts";
import { IMAGE, makeWorld } from "./support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host, registry } = world;
const times = (count: number) => Array.from({ length: count }, (_, index) => index);

test("20 runs at once", { timeout: 120_000 }, async () => {
  const outputs = await Promise.all(
    times(20).map((number) => host.ok(["run", "--rm", IMAGE, "echo", String(number)])),
  );
  assert.deepEqual(outputs, times(20).map(String));
  assert.equal(await host.ok(["ps", "-aq"]), "");
});

test("two runs of one name at once: one has it, the other says who", async () => {
  for (const round of times(3)) {
    const results = await Promise.all(
      times(2).map(() => host.tspod(["run", "--rm", "--name", `same-${round}`, IMAGE, "sleep", "1"])),
    );
    const [first, second] = results.toSorted((a, b) => a.code - b.code);
    assert.equal(first?.code, 0, first?.stderr ?? "");
    assert.equal(second?.code, 125);
    assert.match(second?.stderr ?? "", /^Error: [^\n]*name[^\n]*same-\d[^\n]* is already in use[^\n]*\n$/);
  }
});

test("two pulls of one image at once fetch each blob once", async () => {
  registry.add(
    "shared",
    "latest",
    makeImage({ layers: [[{ path: "x", content: Buffer.alloc(8 << 20, 3) }]], compression: "none" }),
  );
  registry.requests.length = 0;
  await Promise.all(times(2).map(() => host.ok(["pull", "-q", "test.localhost/shared"])));
  const blobs = registry.requests.filter(
    (request) => request.startsWith("GET") && request.includes("/blobs/"),
  );
  assert.equal(blobs.length, new Set(blobs).size, blobs.join("\n"));
  await host.ok(["rmi", "test.localhost/shared"]);
});

test("five starts of one container: it runs once", async () => {
  await host.ok(["create", "--name", "one", IMAGE, "sleep", "1000"]);
  const results = await Promise.all(times(5).map(() => host.tspod(["start", "one"])));
  for (const result of results) assert.equal(result.code, 0, result.stderr);
  assert.equal(await host.ok(["ps", "-q"]).then((ids) => ids.split("\n").length), 1);
  const removals = await Promise.all(times(5).map(() => host.tspod(["rm", "-f", "-t", "0", "one"])));
  for (const result of removals) assert.equal(result.code, 0, result.stderr);
  assert.equal(await host.ok(["ps", "-aq"]), "");
});
