import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { readCalls, startWithFault } from "../kills/faults.ts";
import { makeContext } from "../support/build-context.ts";
import { makeWorld } from "../support/world.ts";

const world = await makeWorld({ images: { busybox: {} } });
after(() => world.close());
const { host } = world;
await host.ok(["tag", "test.localhost/busybox:latest", "localhost/base"]);

const DOCKERFILE = `FROM localhost/base AS one
COPY a /a
RUN --mount=type=cache,target=/c echo 1 > /one
FROM localhost/base
COPY --from=one /one /one
RUN --mount=type=bind,source=a,target=/m cat /m > /two
WORKDIR /w
ENV a=b
`;
const NO_FAULT = { at: 0, kind: "kill", effects: "wonrfc" };
let count = 0;

/** Build, and look at it from below. @returns what was mounted in the store, and names in the trace */
async function watched(directory: string): Promise<{ id: string; mounts: string[]; parts: string[] }> {
  const [log, trace] = [join(host.directory, `calls-${count}`), join(host.directory, `trace-${count++}`)];
  const args = ["--trace", trace, "build", "-q", "--network", "none", directory];
  const { code, stdout, stderr } = await startWithFault(host, args, NO_FAULT, { log }).ended;
  assert.equal(code, 0, stderr);
  const mounts = readCalls(log).filter((call) => /^(?:mount|move_mount|umount2) /.test(call));
  const events = JSON.parse(`${readFileSync(trace, "utf8").trimEnd().replace(/,$/, "")}]`) as {
    name: string;
  }[];
  return { id: stdout, mounts, parts: events.map(({ name }) => name) };
}

describe("a build whose steps are all in the cache", () => {
  const directory = makeContext(host, DOCKERFILE, { a: "1\n" });

  test("mounts nothing and starts nothing", async () => {
    const first = await watched(directory);
    assert.ok(first.mounts.length >= 4, "the first one mounts: the look sees it");
    assert.equal(first.parts.filter((part) => part === "runtime create").length, 2);
    assert.equal(first.parts.filter((part) => part === "start the monitor").length, 2);
    const second = await watched(directory);
    assert.equal(second.id, first.id);
    assert.deepEqual(second.mounts, []);
    assert.deepEqual(
      second.parts.filter((part) => /runtime|monitor|container|bundle|mount/.test(part)),
      [],
    );
    assert.equal(second.parts.filter((part) => part === "process_name").length, 1, "one process: tspod");
  });

  test("one step that is not there starts that one alone", async () => {
    const changed = makeContext(host, DOCKERFILE.replace("cat /m", "cat /m /m"), { a: "1\n" });
    const { parts } = await watched(changed);
    assert.equal(parts.filter((part) => part === "runtime create").length, 1);
  });
});
