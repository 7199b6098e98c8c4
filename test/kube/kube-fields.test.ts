import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { makeWorld } from "../support/world.ts";
import { isExpected, OBJECTS, PODS, podText, ROWS } from "./field-rows.ts";
import { DIFFERS_FROM_PODMAN } from "./podman-fields.ts";

// One small document for each row, with one field: what `inspect` says of its container. One call makes all.

const world = await makeWorld();
after(() => world.close());
const { host } = world;
const directory = join(host.directory, "host");
mkdirSync(directory);
writeFileSync(join(directory, "file"), "");

before(async () => {
  const documents = [
    OBJECTS,
    ...ROWS.map(([, container, spec], index) => podText(`row-${index}`, container, spec, directory)),
    ...PODS.map(([, spec], index) => podText(`pod-${index}`, "", spec, directory)),
  ];
  const path = join(host.directory, "rows.yaml");
  writeFileSync(path, documents.join("\n---\n"));
  const { code, stderr } = await host.tspod(["kube", "play", "--strict", "--start=false", path], {
    timeoutMs: 300_000,
  });
  assert.equal(code, 0, stderr);
});

function check(actual: string, expected: string | RegExp): void {
  assert.ok(isExpected(actual, expected), `${JSON.stringify(actual)} is not ${expected}`);
}

test("what differs from Podman names rows that are there, once each", () => {
  const fields = ROWS.map(([field]) => field);
  for (const field of Object.keys(DIFFERS_FROM_PODMAN))
    assert.equal(fields.filter((each) => each === field).length, 1, field);
});

for (const [index, [field, , , format, expected]] of ROWS.entries())
  test(`${index} ${field}`, async () =>
    check(await host.ok(["inspect", "--format", format, `row-${index}-c`]), expected));

for (const [index, [field, , format, expected]] of PODS.entries())
  test(`pod ${index} ${field}`, async () => {
    const infra = await host.ok(["pod", "inspect", "--format", "{{.InfraContainerID}}", `pod-${index}`]);
    check(await host.ok(["inspect", "--format", format, infra]), expected);
  });
