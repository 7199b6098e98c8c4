import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { IMAGE, makeWorld } from "../support/world.ts";

/*
 * --format '{{json .}}' prints a line of JSON for each row, as docker's clients read it. Podman 5.8 does so,
 * where its earlier versions took it for --format json.
 */
const world = await makeWorld();
after(() => world.close());
const { host } = world;

const lines = async (...args: string[]) =>
  (await host.ok([...args, "--format", "{{json .}}"]))
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
before(async () => {
  for (const name of ["one", "two"]) await host.ok(["create", "--name", name, "--label", "a=b", IMAGE]);
  for (const name of ["v1", "v2"]) await host.ok(["volume", "create", name]);
  await host.ok(["secret", "create", "s1", "-"], { input: "x" });
});
test("ps", async () => {
  const rows = await lines("ps", "-a", "--filter", "label=a=b");
  assert.deepEqual(
    rows.map(({ Names, State, Labels }) => [Names, State, Labels.a]),
    [
      [["one"], "created", "b"],
      [["two"], "created", "b"],
    ],
  );
  assert.match(rows[0].Created, /^\d{4}-\d\d-\d\dT/);
});
test("images", async () => {
  const [row] = await lines("images", "--filter", `reference=${IMAGE}`);
  assert.equal(`${row.repository}:${row.tag}`, IMAGE);
  assert.deepEqual(row.RepoTags, [IMAGE]);
  assert.match(row.Id, /^[\da-f]{64}$/);
});
test("volume ls", async () =>
  assert.deepEqual(
    (await lines("volume", "ls")).map(({ Name }) => Name),
    ["v1", "v2"],
  ));
test("network ls", async () => assert.equal((await lines("network", "ls"))[0].name, "podman"));
test("secret ls", async () => assert.equal((await lines("secret", "ls"))[0].Name, "s1"));
test("system df", async () =>
  assert.deepEqual((await lines("system", "df")).map(({ Type }) => Type).slice(0, 3), [
    "Images",
    "Containers",
    "Local Volumes",
  ]));
test("events", async () => {
  const events = await lines("events", "--stream=false", "--since", "1h", "--filter", "event=create");
  assert.ok(events.some(({ Type, Name }) => Type === "volume" && Name === "v2"));
});
test("history", async () => assert.equal(typeof (await lines("history", IMAGE))[0].CreatedBy, "string"));
test("inspect", async () =>
  assert.deepEqual(
    (await lines("volume", "inspect", "v1", "v2")).map(({ Name }) => Name),
    ["v1", "v2"],
  ));
test("version and info are one object", async () => {
  assert.deepEqual(Object.keys((await lines("version"))[0]), ["Client"]);
  assert.equal((await lines("info"))[0].host.networkBackend, "netavark");
});
test("no rows are no lines", async () =>
  assert.equal(await host.ok(["ps", "-a", "--filter", "name=nobody", "--format", "{{json .}}"]), ""));
