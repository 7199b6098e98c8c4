import assert from "node:assert/strict";
import { after, test } from "node:test";
import { makeImage } from "../support/image.ts";
import { IMAGE, makeWorld, type World } from "../support/world.ts";

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

test("30 × run -d at once in a store that is new, beside ps -a, rm -f, pull and rmi: all of them run", {
  timeout: 120_000,
}, async () => {
  await using fresh = await freshWorld();
  const repeat = (count: number, calls: (number: number) => string[][]) =>
    times(count).map(async (number) => {
      for (const args of calls(number)) await fresh.host.ok(args);
    });
  fresh.registry.add("other", "latest", makeImage({ layers: [[{ path: "x", content: "x" }]] }));
  const [started] = await Promise.all([
    Promise.all(times(30).map(() => fresh.host.ok(["run", "-d", IMAGE, "sleep", "1000"]))),
    ...repeat(4, () => times(5).map(() => ["ps", "-a"])),
    ...repeat(4, (number) => [
      ["run", "-d", "--name", `short-lived-${number}`, IMAGE, "sleep", "1000"],
      ["rm", "-f", "-t", "0", `short-lived-${number}`],
    ]),
    ...repeat(1, () =>
      times(3).flatMap(() => [
        ["pull", "-q", "test.localhost/other"],
        ["rmi", "test.localhost/other"],
      ]),
    ),
  ]);
  const running = await fresh.host.ok(["ps", "-q", "--no-trunc"]);
  assert.deepEqual(running.split("\n").sort(), started.toSorted());
  await fresh.host.ok(["rm", "-f", "-t", "0", "--all"]);
});

/** The image isn't there yet: the first runs pull it. */
async function freshWorld(): Promise<World & AsyncDisposable> {
  const made = await makeWorld({ pull: false });
  return { ...made, [Symbol.asyncDispose]: () => made.close() };
}
