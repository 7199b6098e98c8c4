import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { IMAGE, openTestHost, type TestHost } from "./support/test-host.ts";

/** A machine that lacks something: root takes it away, and gives it back. */
const MISSING = [
  {
    name: "newuidmap is not installed",
    take: "mv /usr/bin/newuidmap /usr/bin/newuidmap.away",
    giveBack: "mv /usr/bin/newuidmap.away /usr/bin/newuidmap",
    says: /^Error: .*newuidmap.*apt(-get)? install uidmap.*\n$/,
  },
  {
    name: "newgidmap has lost its rights",
    take: "chmod u-s /usr/bin/newgidmap",
    giveBack: "chmod u+s /usr/bin/newgidmap",
    says: /^Error: "\/usr\/bin\/newgidmap" has neither the setuid bit nor file capabilities: .*\n$/,
  },
  {
    name: "user namespaces are limited to none",
    take: "sysctl -qw user.max_user_namespaces=0",
    giveBack: "sysctl -qw user.max_user_namespaces=28633",
    says: /^Error: user namespaces are switched off \(user\.max_user_namespaces is 0\): type "sudo sysctl -w user\.max_user_namespaces=28633".*\n$/,
  },
  {
    name: "user namespaces are switched off for users without rights",
    take: "sysctl -qw kernel.unprivileged_userns_clone=0",
    giveBack: "sysctl -qw kernel.unprivileged_userns_clone=1",
    says: /^Error: user namespaces are switched off for users without rights .*type "sudo sysctl -w kernel\.unprivileged_userns_clone=1".*\n$/,
  },
] as const;

let host: TestHost;
before(async () => {
  host = await openTestHost();
  await host.loadImage();
});

/** The next call has to make the user namespace anew. */
async function endKeeper(): Promise<void> {
  await host.run("tspod rm -fa -t 0; pkill -u tester tspod-keeper");
  await host.ok("until ! pgrep -u tester tspod >/dev/null; do sleep 0.2; done");
}

for (const { name, take, giveBack, says } of MISSING)
  describe(name, () => {
    beforeEach(endKeeper);
    before(() => host.ok(take, { as: "root" }));
    after(() => host.ok(giveBack, { as: "root" }));

    test("is said in one line, with what to do", async () => {
      const result = await host.run(`tspod run --rm ${IMAGE} true`);
      assert.equal(result.code, 125);
      assert.equal(result.stdout, "");
      assert.match(result.stderr, says);
    });
  });

describe("no subordinate ids", () => {
  before(async () => {
    await endKeeper();
    await host.ok("sed -i.away /^tester:/d /etc/subuid /etc/subgid", { as: "root" });
  });
  after(async () => {
    await endKeeper();
    await host.ok("for f in /etc/subuid /etc/subgid; do mv $f.away $f; done", { as: "root" });
  });

  test("it runs with the user's own id alone, and says how to get more", async () => {
    const result = await host.run(`tspod run --rm ${IMAGE} id -u`);
    assert.equal(result.code, 0, result.stderr);
    assert.equal(result.stdout, "0\n");
    assert.match(result.stderr, /usermod --add-subuids \d+-\d+ --add-subgids \d+-\d+ tester/);
  });
});

test("afterwards all is well again", async () => {
  assert.deepEqual(await host.run(`tspod run --rm ${IMAGE} echo well`), {
    code: 0,
    stdout: "well\n",
    stderr: "",
  });
});
