import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { Container, ContainerPlace } from "../state/list.ts";
import { containerPaths } from "../state/paths.ts";
import { abandon } from "./abandoned.ts";

for (const [what, hasRecord, stays] of [
  ["what a killed monitor has left goes", true, false],
  ["a container without a record is being removed by its monitor, and stays", false, true],
] as const)
  test(what, async (context) => {
    const root = mkdtempSync(join(tmpdir(), "tspod-abandoned-"));
    context.after(() => rmSync(root, { recursive: true }));
    const store = { containers: join(root, "containers") } as ContainerPlace["store"];
    const runtimeDirectory = join(root, "run");
    const paths = containerPaths(store, runtimeDirectory, "a1");
    mkdirSync(paths.runtime, { recursive: true });
    if (hasRecord) mkdirSync(paths.directory, { recursive: true });
    const options = { ipc: { kind: "private" }, mounts: [] };
    const runtime = { name: "crun", path: "/usr/bin/crun" };
    const record = { id: "a1", runtime, options } as unknown as Container["record"];
    await abandon({ record, paths } as Container);
    assert.equal(existsSync(paths.runtime), stays);
  });
