import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;

const file = join(host.directory, "web.yaml");
writeFileSync(
  file,
  "{kind: Pod, metadata: {name: web}, spec: {containers: [{name: c, image: i, ports: [{containerPort: 80, hostPort: 8080}]}]}}\n",
);

test("kube graph draws what a file asks for, and makes nothing", async () => {
  assert.equal(
    await host.ok(["kube", "graph", file]),
    "Pod web\n  port 8080->80/tcp\n  container c i 80/tcp",
  );
  assert.match(await host.ok(["kube", "graph", "--format", "dot", file]), /^digraph kube \{\n/);
  assert.match(await host.ok(["kube", "graph", "--format", "svg", file]), /^<svg .*<\/svg>$/s);
  const [pod] = JSON.parse(await host.ok(["kube", "graph", "--format=json", file]));
  assert.deepEqual(pod.ports, ["8080->80/tcp"]);
  assert.equal(await host.ok(["pod", "ps", "-q"]), "");
});

for (const [name, args, message] of [
  ["a format that there is not", ["--format", "png", file], /"?png"?.*text.*svg.*dot.*json/],
  ["a file that is not there", [join(host.directory, "none.yaml")], /none\.yaml/],
] as const)
  test(`kube graph refuses ${name}`, async () => {
    const { code, stdout, stderr } = await host.tspod(["kube", "graph", ...args]);
    assert.deepEqual({ code, stdout }, { code: 125, stdout: "" });
    assert.match(stderr, /^Error: .*\n(?:See .*\n)?$/);
    assert.match(stderr, message);
  });

test("kube graph says where a document is wrong, and where there is no pod", async () => {
  const wrong = join(host.directory, "wrong.yaml");
  writeFileSync(wrong, "kind: Pod\nmetadata: {name: web}\nspec: {containers: {}}\n");
  const refused = await host.tspod(["kube", "graph", wrong]);
  assert.equal(refused.code, 125);
  assert.match(refused.stderr, /wrong\.yaml:3: Pod "web": spec\.containers: \{\} is not a list/);
  writeFileSync(wrong, "{kind: ConfigMap, metadata: {name: m}}\n");
  const empty = await host.tspod(["kube", "graph", wrong]);
  assert.equal(empty.code, 125);
  assert.match(empty.stderr, /no document asks for a pod/);
});
