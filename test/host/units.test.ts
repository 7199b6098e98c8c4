import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { IMAGE, openTestHost, type TestHost } from "./support/test-host.ts";

/** Says that it is ready, and lives until it is told to end. */
const SERVER = `sh -c 'echo serving; trap "exit 0" TERM; while :; do sleep 0.2; done'`;

let host: TestHost;
before(async () => {
  host = await openTestHost();
  await host.loadImage();
  await host.ok(
    "mkdir -p /etc/systemd/user-generators && ln -sf /opt/tspod/bin/tspod /etc/systemd/user-generators/tspod-system-generator",
    {
      as: "root",
    },
  );
  await host.ok("loginctl enable-linger tester", { as: "root" });
  await host.ok("tspod rm -fa -t 0; mkdir -p ~/.config/systemd/user ~/.config/containers/systemd");
});

const property = (unit: string, name: string) => host.ok(`systemctl --user show -P ${name} ${unit}`);
const becomes = (unit: string, state: string) =>
  host.ok(
    `for i in $(seq 600); do [ "$(systemctl --user is-active ${unit})" = ${state} ] && exit; sleep 0.3; done; systemctl --user status ${unit}; exit 1`,
  );
/** Whether the journal has that line of a unit. */
const says = (unit: string, line: string) =>
  host.ok(
    `for i in $(seq 300); do journalctl --user -q -u ${unit} -o cat | grep -qx ${line} && exit; sleep 0.3; done; exit 1`,
  );
const monitorOf = (container: string) => host.ok(`tspod inspect -f '{{.State.ConmonPid}}' ${container}`);
const write = (path: string, text: string) => host.ok(`cat >${path}`, { input: text });

describe("units that `generate systemd` has made", () => {
  before(async () => {
    await host.ok(
      `tspod create --name plain --log-driver journald ${IMAGE} ${SERVER} && tspod create --name fresh --restart on-failure ${IMAGE} ${SERVER} &&
       cd ~/.config/systemd/user && tspod generate systemd --files --name plain && tspod generate systemd --files --new --name fresh &&
       tspod rm fresh && systemctl --user daemon-reload && systemctl --user enable --now container-plain container-fresh`,
    );
  });

  for (const name of ["plain", "fresh"]) {
    const unit = `container-${name}.service`;
    test(`${name}: runs, with the monitor as its main process`, async () => {
      await becomes(unit, "active");
      assert.equal(await property(unit, "MainPID"), await monitorOf(name));
    });

    test(`${name}: its output is in the journal`, async () => {
      await says(unit, "serving");
    });

    test(`${name}: stops and starts`, async () => {
      await host.ok(`systemctl --user stop ${unit}`);
      assert.equal(await property(unit, "Result"), "success");
      assert.equal(await host.ok(`tspod ps -q --filter name=${name}`), "");
      await host.ok(`systemctl --user start ${unit}`);
      await becomes(unit, "active");
    });

    test(`${name}: is started again when it fails`, async () => {
      const before = await property(unit, "MainPID");
      await host.ok(`tspod kill ${name}`);
      await host.ok(
        `for i in $(seq 600); do pid=$(systemctl --user show -P MainPID ${unit}); [ $pid != 0 ] && [ $pid != ${before} ] && exit; sleep 0.3; done; exit 1`,
      );
      await becomes(unit, "active");
    });
  }
});

describe("quadlets", () => {
  before(async () => {
    await write(
      "~/.config/containers/systemd/web.container",
      `[Unit]\nDescription=A server\n[Container]\nImage=${IMAGE}\nExec=${SERVER}\nVolume=web.volume:/data\n[Service]\nMemoryMax=64M\n[Install]\nWantedBy=default.target\n`,
    );
    await write("~/.config/containers/systemd/web.volume", "[Volume]\n");
    await host.ok("systemctl --user daemon-reload && systemctl --user start web.service");
  });

  test("the service runs, and its output is in the journal", async () => {
    await becomes("web.service", "active");
    await says("web.service", "serving");
    assert.equal(await host.ok("tspod ps --filter name=systemd-web --format '{{.Names}}'"), "systemd-web");
    assert.equal(await host.ok("tspod volume ls -q --filter name=systemd-web"), "systemd-web");
  });

  test("the unit's memory limit holds the container", async () => {
    const group = await property("web.service", "ControlGroup");
    const pid = await host.ok("tspod inspect -f '{{.State.Pid}}' systemd-web");
    assert.ok((await host.ok(`cat /proc/${pid}/cgroup`)).startsWith(`0::${group}/`));
    assert.equal(await host.ok(`cat /sys/fs/cgroup${group}/memory.max`), "67108864");
  });

  test("stopped, the container is gone", async () => {
    await host.ok("systemctl --user stop web.service");
    assert.equal((await host.run("tspod container exists systemd-web")).code, 1);
    await host.ok("systemctl --user start web.service");
  });
});

describe("auto-update", () => {
  const REGISTRY = "127.0.0.1:5000";
  const push = (name: string, command: string) =>
    host.ok(
      `tspod create --name maker ${IMAGE} true >/dev/null && tspod commit -q -c 'CMD ${JSON.stringify(["sh", "-c", command])}' maker ${name} && tspod rm maker >/dev/null && tspod push -q --tls-verify=false ${name} && tspod rmi ${name} >/dev/null`,
    );
  const name = `${REGISTRY}/app:latest`;
  const GOOD = `echo VERSION; trap "exit 0" TERM; while :; do sleep 0.2; done`;

  before(async () => {
    // Debian's own configuration asks for a password.
    await host.ok("cat >/etc/docker/registry/config.yml", {
      as: "root",
      input:
        "version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: /var/lib/docker-registry\nhttp:\n  addr: 127.0.0.1:5000\n",
    });
    await host.ok(
      "systemctl restart docker-registry; for i in $(seq 50); do (exec 3<>/dev/tcp/127.0.0.1/5000) 2>/dev/null && exit; sleep 0.3; done; exit 1",
      { as: "root" },
    );
    await write(
      "~/.config/containers/registries.conf",
      `[[registry]]\nlocation = "${REGISTRY}"\ninsecure = true\n`,
    );
    await push(name, GOOD.replace("VERSION", "one"));
    await write(
      "~/.config/containers/systemd/app.container",
      `[Container]\nImage=${name}\nAutoUpdate=registry\n[Service]\nTimeoutStartSec=60\n`,
    );
    await host.ok("systemctl --user daemon-reload && systemctl --user start app.service");
    await becomes("app.service", "active");
  });

  test("nothing new, nothing done", async () => {
    assert.equal(await host.ok("tspod auto-update --format '{{.Unit}} {{.Updated}}'"), "app.service false");
  });

  test("a tag that has moved", async () => {
    await push(name, GOOD.replace("VERSION", "two"));
    assert.equal(
      await host.ok("tspod auto-update --dry-run --format '{{.Unit}} {{.Updated}}'"),
      "app.service pending",
    );
    assert.equal(await host.ok("tspod auto-update --format '{{.Unit}} {{.Updated}}'"), "app.service true");
    await becomes("app.service", "active");
    await says("app.service", "two");
  });

  test("an image that does not start is rolled back", async () => {
    const good = await host.ok("tspod inspect -f '{{.Image}}' systemd-app");
    await host.ok(
      `tspod create --name maker ${IMAGE} true >/dev/null && tspod commit -q -c 'ENTRYPOINT ["/nosuch"]' maker ${name} && tspod rm maker >/dev/null && tspod push -q --tls-verify=false ${name} && tspod rmi -f ${name} >/dev/null; true`,
    );
    const result = await host.run("tspod auto-update --format '{{.Unit}} {{.Updated}}'");
    assert.equal(result.stdout, "app.service rolled back\n", result.stderr);
    await becomes("app.service", "active");
    assert.equal(await host.ok("tspod inspect -f '{{.Image}}' systemd-app"), good);
  });
});

describe("a reboot, with linger", () => {
  before(async () => {
    await host.ok(`tspod run -d --restart always --name always ${IMAGE} ${SERVER}`);
    await host.ok(
      `tspod run -d --restart unless-stopped --name stopped ${IMAGE} ${SERVER} && tspod stop -t 2 stopped`,
    );
    await host.ok("tspod system boot enable");
    await host.reboot();
  });

  for (const unit of ["container-plain.service", "container-fresh.service", "web.service"])
    test(`${unit} is back`, async () => {
      await becomes(unit, "active");
    });

  test("what is to run always runs, and what somebody stopped does not", async () => {
    await host.ok(
      "for i in $(seq 300); do [ \"$(tspod inspect -f '{{.State.Status}}' always)\" = running ] && exit; sleep 0.3; done; exit 1",
    );
    assert.equal(await host.ok("tspod inspect -f '{{.State.Status}}' stopped"), "exited");
  });
});
