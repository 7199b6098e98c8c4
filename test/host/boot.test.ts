import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { IMAGE, openTestHost, type TestHost } from "./support/test-host.ts";

let host: TestHost;
before(async () => {
  host = await openTestHost();
  await host.loadImage();
});

const statusOf = (name: string) =>
  host.ok(`tspod inspect -f '{{.State.Status}} {{.State.ExitCode}}' ${name}`);

for (const [how, goDown] of [
  ["a reboot", () => host.reboot()],
  ["a power cut", () => host.cutPower()],
] as const)
  describe(`after ${how}`, () => {
    before(async () => {
      await host.ok(
        [
          `tspod rm -fa -t 0`,
          `tspod run -d --name lasting -v kept:/data ${IMAGE} sh -c 'echo begun; trap "exit 3" TERM; sleep 1000 & wait'`,
          `tspod run --name ended ${IMAGE} sh -c 'exit 7' || [ $? = 7 ]`,
          `tspod run -d --rm --name passing ${IMAGE} sleep 1000`,
          `tspod exec lasting sh -c 'echo mine > /data/file; sync'`,
        ].join(" && "),
      );
      await goDown();
    });

    test("no container is said to run", async () => {
      assert.equal(await host.ok("tspod ps -q"), "");
      assert.match(await statusOf("lasting"), /^exited /);
    });

    test("an exit code that was known is still known", async () => {
      assert.equal(await statusOf("ended"), "exited 7");
    });

    test("a --rm container is there to be looked at, unless its monitor has seen its end", async () => {
      if (how === "a reboot" && (await host.run("tspod container exists passing")).code === 1) return;
      assert.match(await statusOf("passing"), /^exited /);
      assert.equal(await host.ok("tspod rm passing"), "passing");
    });

    test("it starts again, with its files and its logs", async () => {
      assert.equal(await host.ok("tspod start lasting"), "lasting");
      assert.equal(await statusOf("lasting"), "running 0");
      assert.equal(await host.ok("tspod exec lasting cat /data/file"), "mine");
      assert.equal(await host.ok("tspod logs lasting | tail -n 1"), "begun");
      assert.equal(await host.ok("tspod stop -t 1 lasting"), "lasting");
    });

    test("the store is whole", async () => {
      assert.deepEqual(await host.run("tspod system check"), { code: 0, stdout: "", stderr: "" });
    });
  });

test("a power cut in the middle of a load leaves a whole store, and the next load works", async () => {
  await host.ok("tspod rm -fa -t 0 && tspod rmi -fa");
  // The load is cut at a moment of its own in each round.
  for (const milliseconds of [300, 1500]) {
    await host.ok(
      `(tspod load -q -i /opt/tspod/images/busybox.tar >/dev/null 2>&1 &) ; sleep ${milliseconds / 1000}`,
    );
    await host.cutPower();
    assert.deepEqual(await host.run("tspod system check"), { code: 0, stdout: "", stderr: "" });
    await host.loadImage();
    assert.equal(await host.ok(`tspod run --rm ${IMAGE} echo whole`), "whole");
    await host.ok("tspod rmi -fa");
  }
});
