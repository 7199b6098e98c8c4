import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { IMAGE, openTestHost, type TestHost } from "./support/test-host.ts";

/*
 * A log-in session's processes are in a group of the system: nobody but systemd can move one of them to a
 * container's group.
 */
let host: TestHost;
before(async () => {
  host = await openTestHost();
  await host.loadImage();
});

for (const runtime of ["crun", "runc"])
  describe(`from a log-in session: ${runtime}`, () => {
    before(async () => {
      await host.ok(
        `tspod --runtime ${runtime} run -d --name box --health-cmd 'test -e /' --health-interval 1s ${IMAGE} sleep 1000`,
      );
    });
    after(() => host.ok("tspod rm -f -t 0 box"));

    test("exec", async () => {
      assert.equal(await host.ok("tspod exec box echo well"), "well");
    });

    test("health checks", async () => {
      const status = "tspod inspect -f '{{.State.Health.Status}}' box";
      await host.ok(`for i in $(seq 60); do [ "$(${status})" = healthy ] && exit; sleep 0.5; done; exit 1`);
    });

    test("the monitor is in a scope of the user's systemd, and outlives the session", async () => {
      const group = await host.ok("cat /proc/$(pgrep -u tester tspod-monitor)/cgroup");
      assert.match(
        group,
        /^0::\/user\.slice\/.*\/user@1000\.service\/user\.slice\/tspod-monitor-[0-9a-f]{64}\.scope$/,
      );
      // Each run() is a session of its own, which has ended.
      assert.equal(await host.ok("tspod ps --format '{{.Names}}'"), "box");
    });
  });

test("nothing of it is left", async () => {
  await host.ok("for i in $(seq 50); do pgrep -u tester tspod >/dev/null || exit 0; sleep 0.2; done; exit 1");
  assert.equal(await host.ok("systemctl --user list-units --all --no-legend 'tspod*'"), "");
});
