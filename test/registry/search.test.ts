import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, test } from "node:test";
import { dockerRegistries } from "../support/docker-registry.ts";
import { makeImage } from "../support/image.ts";
import { makeWorld } from "../support/world.ts";

const registries = dockerRegistries();
const world = await makeWorld({ images: {} });
const { host } = world;
const asked: string[] = [];
const LONG = "a description that is longer than a column, and goes on\nbehind a line end";
/** A registry with the old search. */
const index = createServer((request, response) => {
  asked.push(request.url ?? "");
  const results = [
    { name: "team/one", description: LONG, star_count: 7, is_official: true, is_automated: false },
    { name: "two", description: "short", star_count: 1, is_official: false, is_automated: true },
  ];
  const found = request.url?.startsWith("/v1/search?") === true;
  response.writeHead(found || request.url === "/v2/" ? 200 : 404, { "content-type": "application/json" });
  response.end(found ? JSON.stringify({ num_results: 2, results }) : "{}");
});
await new Promise<void>((listening) => index.listen(0, "127.0.0.1", listening));
const indexed = `127.0.0.1:${(index.address() as AddressInfo).port}`;
after(async () => {
  registries.close();
  index.close();
  index.closeAllConnections();
  await world.close();
});
const registry = await registries.start();
world.registry.add("app", "latest", makeImage({ layers: [[{ path: "a", content: "a" }]] }));
await host.ok(["pull", "-q", "test.localhost/app"]);
for (const name of ["team/app:1", "team/app:2", "team/tool:1", "other:1"])
  await host.ok(["push", "-q", "--tls-verify=false", "test.localhost/app", `${registry}/${name}`]);

const search = (...args: readonly string[]) => host.tspod(["search", "--tls-verify=false", ...args]);
async function lines(...args: readonly string[]): Promise<string[]> {
  const { code, stdout, stderr } = await search(...args);
  assert.equal(code, 0, stderr);
  return stdout.split("\n").slice(0, -1);
}

test("the catalog of a registry without a search", async () => {
  assert.deepEqual(await lines("--format", "{{.Name}}", `${registry}/`), [
    `${registry}/other`,
    `${registry}/team/app`,
    `${registry}/team/tool`,
  ]);
  const [heading, ...rows] = await lines(`${registry}/team`);
  assert.match(heading ?? "", /^NAME +DESCRIPTION$/);
  assert.deepEqual(
    rows.map((row) => row.trimEnd()),
    [`${registry}/team/app`, `${registry}/team/tool`],
  );
  assert.deepEqual(await lines("--limit", "1", "--format", "{{.Index}}", `${registry}/team`), [registry]);
  assert.deepEqual(await lines(`${registry}/none`), []);
});

test("--list-tags", async () => {
  const name = `${registry}/team/app`;
  const [heading, ...rows] = await lines("--list-tags", name);
  assert.match(heading ?? "", /^NAME +TAG$/);
  assert.deepEqual(rows.map((row) => row.split(/ +/)).sort(), [
    [name, "1"],
    [name, "2"],
  ]);
  const { stdout } = await search("--list-tags", "--format", "json", name);
  const [listed] = JSON.parse(stdout);
  assert.deepEqual({ ...listed, Tags: listed.Tags.sort() }, { Name: name, Tags: ["1", "2"] });
  assert.equal((await lines("--list-tags", "--limit", "1", "--format", "{{.Tag}}", name)).length, 1);
});

test("a registry's search: its columns, descriptions cut at 44 characters", async () => {
  const [heading, one, two] = await lines("--compatible", `${indexed}/x`);
  assert.match(heading ?? "", /^NAME +DESCRIPTION +STARS +OFFICIAL +AUTOMATED$/);
  assert.match(one ?? "", /\/team\/one +a description that is longer than a column,\.\.\. +7 +\[OK\] *$/);
  assert.match(two ?? "", /\/two +short +1 +\[OK\]$/);
  assert.equal(asked.at(-1), "/v1/search?n=25&q=x");
  const whole = await lines("--no-trunc", "--format", "{{.Description}}", `${indexed}/x`);
  assert.equal(whole[0], LONG.replace("\n", " "));
});

test("json", async () => {
  const { stdout } = await search("--format", "json", "--limit", "1", `${indexed}/x`);
  assert.deepEqual(JSON.parse(stdout), [
    {
      Index: indexed,
      Name: `${indexed}/team/one`,
      Description: LONG.replace("\n", " "),
      Stars: 7,
      Official: "[OK]",
      Automated: "",
      Tag: "",
    },
  ]);
});

for (const [filter, names] of [
  ["stars=3", ["team/one"]],
  ["is-official", ["team/one"]],
  ["is-official=false", ["two"]],
  ["is-automated", ["two"]],
  // As Podman 5.8: no list is parted at the comma, and what is not "false" is true.
  ["is-automated=true,stars=5", ["two"]],
] as const) {
  test(`--filter ${filter}`, async () => {
    const found = await lines("--filter", filter, "--format", "{{.Name}}", `${indexed}/x`);
    assert.deepEqual(
      found,
      names.map((name) => `${indexed}/${name}`),
    );
  });
}

test("a term without a registry: all search registries; one that answers is enough", async () => {
  const conf = (names: readonly string[]): void =>
    host.configureRegistries(`unqualified-search-registries = ${JSON.stringify(names)}\n`);
  conf([registry, "127.0.0.1:1", indexed]);
  assert.deepEqual(await lines("--format", "{{.Index}} {{.Name}}", "app"), [
    `${registry} ${registry}/team/app`,
    `${indexed} ${indexed}/team/one`,
    `${indexed} ${indexed}/two`,
  ]);
  conf(["127.0.0.1:1", "127.0.0.1:2"]);
  const { code, stderr } = await search("app");
  assert.equal(code, 125);
  assert.match(
    stderr,
    /^Error: 2 errors occurred while searching: couldn't search registry "127\.0\.0\.1:1": [^\n]*\n$/,
  );
});

for (const [what, args, message] of [
  ["an unknown filter", ["--filter", "foo=bar", "x"], 'invalid filter type "foo=bar"'],
  [
    "a number that is none",
    ["--filter", "stars=x", "x"],
    'incorrect value type for stars filter: strconv.Atoi: parsing "x": invalid syntax',
  ],
  ["stars without a number", ["--filter", "stars", "x"], 'invalid filter ["stars"], should be stars=<value>'],
  [
    "filters of tags",
    ["--list-tags", "--filter", "stars=1", "x"],
    "filters are not applicable to list tags result",
  ],
  ["no term", [], "accepts 1 arg(s), received 0"],
  [
    "no such authfile",
    ["--authfile", "/nowhere", "x"],
    "credential file is not accessible: faccessat /nowhere: no such file or directory",
  ],
] as const) {
  test(`refused: ${what}`, async () => {
    const { code, stderr } = await search(...args);
    assert.equal(code, 125);
    assert.equal(stderr.split("\n")[0], `Error: ${message}`);
  });
}

test("tags of a repository that isn't there; a registry that isn't", async () => {
  const none = await search("--list-tags", `${registry}/none`);
  assert.equal(none.code, 125);
  assert.match(
    none.stderr,
    /^Error: getting repository tags: fetching tags list of [^\n]*: repository name not known to registry/,
  );
  const nowhere = await search("127.0.0.1:1/x");
  assert.match(
    nowhere.stderr,
    /^Error: couldn't search registry "127\.0\.0\.1:1": pinging container registry 127\.0\.0\.1:1: [^\n]*connection refused[^\n]*\n$/,
  );
});
