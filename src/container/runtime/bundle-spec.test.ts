import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { DamagedError } from "../../errors.ts";
import type { ContainerPaths } from "../state/paths.ts";
import { readBundleSpec } from "./bundle-spec.ts";

const bundle = mkdtempSync(join(tmpdir(), "tspod-bundle-"));
after(() => rmSync(bundle, { recursive: true }));
const file = join(bundle, "config.json");
const paths = { bundle } as ContainerPaths;

const SPEC = {
  ociVersion: "1.0.2",
  process: { terminal: false, user: { uid: 0, gid: 0 }, args: ["true"], env: ["A=1"], cwd: "/" },
  root: { path: "/r" },
  mounts: [{ destination: "/proc", type: "proc", source: "proc", options: [] }],
  linux: { namespaces: [{ type: "pid" }] },
};

test("readBundleSpec(): none before the first start", () => assert.equal(readBundleSpec(paths), undefined));

test("readBundleSpec(): what was written", () => {
  writeFileSync(file, JSON.stringify(SPEC));
  assert.deepEqual(readBundleSpec(paths), SPEC);
});

for (const [name, text] of [
  ["cut short", JSON.stringify(SPEC).slice(0, 50)],
  ["empty", ""],
  ["null", "null"],
  ["without a process", JSON.stringify({ ...SPEC, process: undefined })],
  ["with numbers for a command", JSON.stringify({ ...SPEC, process: { ...SPEC.process, args: [7] } })],
  ["with mounts that are none", JSON.stringify({ ...SPEC, mounts: [{}] })],
] as const)
  test(`readBundleSpec(): a file ${name} is damaged`, () => {
    writeFileSync(file, text);
    assert.throws(
      () => readBundleSpec(paths),
      (error) => error instanceof DamagedError && error.message.startsWith(`"${file}" is damaged: `),
    );
  });
