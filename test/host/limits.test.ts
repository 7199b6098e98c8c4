import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { IMAGE, openTestHost, type TestHost } from "./support/test-host.ts";

let host: TestHost;
before(async () => {
  host = await openTestHost();
  await host.loadImage();
});

for (const runtime of ["crun", "runc"]) {
  const run = (flags: string, command: string) =>
    host.run(`tspod --runtime ${runtime} run --rm ${flags} ${IMAGE} ${command}`);

  describe(`limits hold: ${runtime}, under a systemd user manager`, () => {
    for (const [flag, file, expected] of [
      ["--memory 64m", "memory.max", "67108864"],
      ["--memory 64m --memory-swap 96m", "memory.swap.max", "33554432"],
      ["--memory-reservation 32m", "memory.low", "33554432"],
      ["--pids-limit 50", "pids.max", "50"],
      ["--cpus 0.5", "cpu.max", "50000 100000"],
    ] as const)
      test(flag, async () => {
        assert.deepEqual(await run(flag, `cat /sys/fs/cgroup/${file}`), {
          code: 0,
          stdout: `${expected}\n`,
          stderr: "",
        });
      });

    test("a container that takes more memory than it may is killed, and inspect says why", async () => {
      await host.ok("tspod rm -f -i big");
      const eater = `sh -c 'x=a; while :; do x=$x$x; done'`;
      const result = await host.run(
        `tspod --runtime ${runtime} run --name big --memory 32m --memory-swap 32m ${IMAGE} ${eater}`,
      );
      assert.equal(result.code, 137, result.stderr);
      assert.equal(
        await host.ok("tspod inspect -f '{{.State.OOMKilled}} {{.State.ExitCode}}' big"),
        "true 137",
      );
      await host.ok("tspod rm big");
    });

    test("more processes than --pids-limit can't be made", async () => {
      const result = await run("--pids-limit 5", `sh -c 'for i in 1 2 3 4 5 6 7; do sleep 3 & done; wait'`);
      assert.match(result.stderr, /can't fork|Resource temporarily unavailable/);
    });
  });
}
