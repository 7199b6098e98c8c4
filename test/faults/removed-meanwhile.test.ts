import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { sleep } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld({ images: { busybox: {} } });
after(() => world.close());
const { host } = world;

/** What is being worked on is removed at these moments of the command, in milliseconds after its start. */
const MOMENTS = [45, 70, 105];

/** One line that is tspod's own; for a container that has ended, the usual words. */
function assertOneLine(stderr: string): void {
  assert.match(stderr, /^(?:WARN.*\n|[^:\n]*\n)*Error: [^\n]*\n$/);
  assert.doesNotMatch(stderr, /bug in tspod|\n {4}at |E[A-Z]{4,}:/);
}

describe("a container that is removed meanwhile: one line, no defect", () => {
  for (const args of [
    ["commit", "-q", "x", "localhost/made"],
    ["commit", "-q", "--squash", "x", "localhost/made"],
    ["export", "-o", "x.tar", "x"],
    ["init", "x"],
    ["start", "x"],
    ["restart", "-t", "0", "x"],
    ["exec", "x", "true"],
    ["diff", "x"],
    ["cp", "x:/bin", "copied"],
    ["inspect", "-s", "x"],
    ["ps", "-as"],
    ["logs", "x"],
    ["top", "x"],
    ["stats", "--no-stream", "x"],
    ["update", "--cpus", "1", "x"],
    ["rename", "x", "y"],
    ["pause", "x"],
    ["stop", "-t", "0", "x"],
    ["rm", "-f", "-t", "0", "x"],
    ["system", "df"],
    ["container", "cleanup", "x"],
  ] as const)
    test(args.join(" "), async () => {
      const runs = !["init", "start", "container"].includes(args[0]);
      for (const moment of MOMENTS) {
        const id = await host.ok([
          ...(runs ? ["run", "-d"] : ["create"]),
          "--name",
          "x",
          IMAGE,
          "sleep",
          "99",
        ]);
        const running = host.start(args);
        await sleep(moment);
        await host.ok(["rm", "-f", "-t", "0", id]);
        const { code, stderr } = await running.ended;
        if (code !== 0) assertOneLine(stderr);
      }
    });
});

test("volume export: a volume that is removed meanwhile", async () => {
  for (const moment of MOMENTS) {
    await host.ok(["run", "--rm", "-v", "v:/d", IMAGE, "sh", "-c", "cp -a /bin /d/1; cp -a /bin /d/2"]);
    const running = host.start(["volume", "export", "-o", "v.tar", "v"]);
    await sleep(moment);
    await host.ok(["volume", "rm", "v"]);
    const { code, stderr } = await running.ended;
    if (code !== 0) assertOneLine(stderr);
  }
});
