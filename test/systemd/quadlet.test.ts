import assert from "node:assert/strict";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { until } from "../support/program.ts";
import { makeQuadletWorld } from "../support/quadlets.ts";
import { IMAGE } from "../support/world.ts";

const { host, ask, directory, show, inspect, put, addUnit, close } = await makeQuadletWorld();
after(close);
const LOOP = `sh -c "trap 'exit 0' TERM; echo said; while :; do sleep 0.1; done"`;

test("a container, and the volume that it needs, start as services", async () => {
  await put({
    "web.container": `[Container]\nImage=${IMAGE}\nVolume=data.volume:/data\nNetwork=none\nExec=${LOOP}\nLabel=made=here\n[Service]\nRestart=on-failure\n`,
    "data.volume": "[Volume]\nLabel=of=web\n",
  });
  await ask("systemctl", ["start", "web.service"]);
  assert.equal(await show("web.service", "ActiveState"), "active");
  assert.equal(await show("data-volume.service", "ActiveState"), "active");
  assert.equal(await inspect("systemd-web", "{{.State.Status}} {{.Config.Labels.made}}"), "running here");
  assert.equal(await host.ok(["volume", "inspect", "--format", "{{.Labels.of}}", "systemd-data"]), "web");
  assert.equal(await show("web.service", "MainPID"), await inspect("systemd-web", "{{.State.ConmonPid}}"));
});

test("all of it is in the service's own control group", async () => {
  const group = await show("web.service", "ControlGroup");
  const pid = await inspect("systemd-web", "{{.State.Pid}}");
  const own = (await host.ok(["unshare", "cat", `/proc/${pid}/cgroup`])).match(/^0::(.*)$/m)?.[1] ?? "";
  assert.ok(own.startsWith(`${group}/`), `${own} is not below ${group}`);
});

test("quadlet list shows what its service does", async () => {
  const rows = await host.ok(["quadlet", "list", "--format", "{{.Name}} {{.UnitName}} {{.Status}}"]);
  assert.deepEqual(rows.split("\n"), [
    "NAME UNIT NAME STATUS",
    "data.volume data-volume.service active/exited",
    "web.container web.service active/running",
  ]);
  const table = await host.ok(["quadlet", "list", "--filter", "name=web*"]);
  assert.match(
    table,
    /^NAME +UNIT NAME +PATH ON DISK +STATUS +APPLICATION\nweb\.container +web\.service +\/\S+ +active\/running *$/,
  );
});

test("a network is made before the containers in it, which find each other by name, and goes as it says", async () => {
  await put({
    "shop.network": "[Network]\nSubnet=10.78.66.0/24\nLabel=of=shop\nNetworkDeleteOnStop=true\n",
    "one.container": `[Container]\nImage=${IMAGE}\nNetwork=shop.network:ip=10.78.66.9\nNetworkAlias=first\nExec=${LOOP}\n`,
    "two.container": `[Container]\nImage=${IMAGE}\nNetwork=shop.network\nExec=${LOOP}\n`,
  });
  await ask("systemctl", ["start", "two.service", "one.service"]);
  assert.equal(await show("shop-network.service", "ActiveState"), "active");
  const format = "{{.Labels.of}} {{range .Subnets}}{{.Subnet}}{{end}}";
  assert.equal(await host.ok(["network", "inspect", "-f", format, "systemd-shop"]), "shop 10.78.66.0/24");
  const hosts = await host.ok(["exec", "systemd-two", "nslookup", "first"]);
  assert.match(hosts, /10\.78\.66\.9/);
  await ask("systemctl", ["stop", "shop-network.service"]);
  for (const unit of ["one.service", "two.service"])
    assert.equal(await show(unit, "ActiveState"), "inactive");
  assert.equal(await host.ok(["network", "ls", "-q", "--filter", "name=shop"]), "");
  for (const name of ["shop.network", "one.container", "two.container"]) rmSync(join(directory, name));
  await put({});
});

test("the container is restarted when it fails", async () => {
  await host.ok(["kill", "systemd-web"]);
  await until(
    async () =>
      (await show("web.service", "NRestarts")) === "1" &&
      (await show("web.service", "ActiveState")) === "active",
    "a restart",
  );
  assert.equal(await inspect("systemd-web", "{{.State.Status}}"), "running");
});

test("an image is built before the container that runs it, and again at its next start", async () => {
  await put({
    Containerfile: `FROM ${IMAGE}\nARG SAYS\nRUN echo "$SAYS" >/said\n`,
    "app.build":
      "[Build]\nImageTag=localhost/app:1\nSetWorkingDirectory=unit\nNetwork=none\nBuildArg=SAYS=once\n",
    "app.container": `[Container]\nImage=app.build\nNetwork=none\nExec=${LOOP}\n`,
  });
  await ask("systemctl", ["start", "app.service"]);
  assert.equal(await show("app-build.service", "ActiveState"), "inactive");
  assert.equal(await show("app-build.service", "Result"), "success");
  assert.equal(await inspect("systemd-app", "{{.ImageName}}"), "localhost/app:1");
  assert.equal(await host.ok(["exec", "systemd-app", "cat", "/said"]), "once");
  await ask("systemctl", ["stop", "app.service"]);
  await put({
    "app.build":
      "[Build]\nImageTag=localhost/app:1\nSetWorkingDirectory=unit\nNetwork=none\nBuildArg=SAYS=anew\n",
  });
  await ask("systemctl", ["start", "app.service"]);
  assert.equal(await host.ok(["exec", "systemd-app", "cat", "/said"]), "anew");
  await ask("systemctl", ["stop", "app.service"]);
  for (const name of ["Containerfile", "app.build", "app.container"]) rmSync(join(directory, name));
  await ask("systemctl", ["daemon-reload"]);
});

test("a volume of an image: the image is pulled before the volume is made, and that before the container", async () => {
  await host.ok(["tag", IMAGE, "localhost/held:1"]); // its layers stay, its name must be pulled
  await host.ok(["rmi", IMAGE]);
  await put({
    "site.image": `[Image]\nImage=${IMAGE}\n`,
    "site.volume": "[Volume]\nDriver=image\nImage=site.image\n",
    "serve.container": `[Container]\nImage=site.image\nVolume=site.volume:/vol\nNetwork=none\nExec=${LOOP}\n`,
  });
  await ask("systemctl", ["start", "serve.service"]);
  for (const unit of ["site-image.service", "site-volume.service", "serve.service"])
    assert.equal(await show(unit, "ActiveState"), "active");
  const format = "{{.Driver}} {{.Options.image}}";
  assert.equal(await host.ok(["volume", "inspect", "-f", format, "systemd-site"]), `image ${IMAGE}`);
  const mount = "{{(index .Mounts 0).Type}} {{(index .Mounts 0).Name}} {{(index .Mounts 0).Driver}}";
  assert.equal(await inspect("systemd-serve", mount), "volume systemd-site image");
  await host.ok(["exec", "systemd-serve", "cmp", "/bin/busybox", "/vol/bin/busybox"]);
  await host.ok(["exec", "systemd-serve", "touch", "/vol/kept"]);
  await ask("systemctl", ["restart", "serve.service"]);
  await host.ok(["exec", "systemd-serve", "test", "-e", "/vol/kept"]);
  await ask("systemctl", ["stop", "serve.service"]);
});

test("Kubernetes YAML runs until its service is stopped, and is taken down then", async () => {
  const yaml = `{kind: Pod, metadata: {name: played}, spec: {terminationGracePeriodSeconds: 1, containers: [{name: c, image: ${IMAGE}, imagePullPolicy: Never, command: [sleep, "1000"]}]}}\n`;
  await put({ "played.yaml": yaml, "played.kube": "[Kube]\nYaml=played.yaml\nNetwork=none\n" });
  await ask("systemctl", ["start", "played.service"]);
  assert.equal(await show("played.service", "ActiveState"), "active");
  assert.equal(await inspect("played-c", "{{.State.Status}}"), "running");
  await ask("systemctl", ["restart", "played.service"]);
  assert.equal(await inspect("played-c", "{{.State.Status}}"), "running");
  await ask("systemctl", ["stop", "played.service"]);
  assert.equal(await show("played.service", "ActiveState"), "inactive");
  assert.equal(await show("played.service", "Result"), "success");
  assert.equal(await host.ok(["pod", "ps", "--quiet"]), "");
  for (const name of ["played.yaml", "played.kube"]) rmSync(join(directory, name));
  await ask("systemctl", ["daemon-reload"]);
});

test("quadlet rm doesn't take away what runs, but with --force", async () => {
  // Only the user's own may be removed: here those are where the manager looks.
  const own = { env: { XDG_CONFIG_HOME: host.runtimeDirectory } };
  const { code, stdout, stderr } = await host.tspod(["quadlet", "rm", "web.container"], own);
  assert.deepEqual([code, stdout], [125, ""]);
  assert.equal(
    stderr,
    "Error: quadlet web.container is running and force is not set, refusing to remove: quadlet is running\n",
  );
  assert.equal(await host.ok(["quadlet", "rm", "--force", "web.container"], own), "web.container");
  assert.ok(!existsSync(join(directory, "web.container")));
  assert.equal(await host.ok(["ps", "-aq"]), "");
  assert.equal(await show("web.service", "LoadState"), "not-found");
});

test("[Install] starts a service with the target that it names", async () => {
  await put({
    "wanted.container": `[Container]\nImage=${IMAGE}\nNetwork=none\nExec=${LOOP}\n[Install]\nWantedBy=some.target\n`,
  });
  await addUnit("some.target", "[Unit]\nDescription=some\n");
  await ask("systemctl", ["start", "some.target"]);
  await until(async () => (await show("wanted.service", "ActiveState")) === "active", "the service");
  await ask("systemctl", ["stop", "wanted.service", "some.target"]);
  assert.equal(await host.ok(["ps", "-aq"]), "");
});

test("an instance of a template is a service and a container of its own, ended by its own stop timeout", async () => {
  await put({
    "sleep@.container": `[Container]\nImage=${IMAGE}\nNetwork=none\nExec=sleep %i\nStopTimeout=0\n`,
  });
  await ask("systemctl", ["start", "sleep@77.service"]);
  assert.equal(await inspect("systemd-sleep_77", "{{.Config.Cmd}}"), "[sleep 77]");
  const began = Date.now();
  await ask("systemctl", ["stop", "sleep@77.service"]);
  // 10 s are what a container has that says nothing
  assert.ok(Date.now() - began < 8000, `${Date.now() - began} ms`);
});

test("a container that is over when it ends is a one-shot service", async () => {
  await put({
    "task.container": `[Container]\nImage=${IMAGE}\nNetwork=none\nExec=sh -c 'exit 3'\n[Service]\nType=oneshot\n`,
    "fine.container": `[Container]\nImage=${IMAGE}\nNetwork=none\nExec=true\n[Service]\nType=oneshot\nRemainAfterExit=yes\n`,
  });
  await ask("systemctl", ["start", "fine.service"]);
  assert.equal(await show("fine.service", "ActiveState"), "active");
  await assert.rejects(ask("systemctl", ["start", "task.service"]));
  assert.equal(await show("task.service", "ExecMainStatus"), "3");
  await ask("systemctl", ["stop", "fine.service"]);
});

test("what a container says is in the journal of its service, also when the container is gone", async () => {
  await put({
    "loud.container": `[Container]\nImage=${IMAGE}\nNetwork=none\nExec=sh -c 'echo heard; echo warned >&2; sleep 1000'\nStopTimeout=0\n`,
  });
  await ask("systemctl", ["start", "loud.service"]);
  const said = async () =>
    (await ask("journalctl", ["--user", "--quiet", "--output=cat", "--unit=loud.service"]))
      .split("\n")
      .filter((line) => line === "heard" || line === "warned")
      .sort()
      .join();
  await until(async () => (await said()) === "heard,warned", "the lines in the journal");
  assert.equal(await inspect("systemd-loud", "{{.HostConfig.LogConfig.Type}}"), "journald");
  const info = ["info", "--format", "{{.Host.LogDriver}}"];
  assert.equal(await host.ok(info, { env: { PODMAN_SYSTEMD_UNIT: "loud.service" } }), "journald");
  assert.equal((await host.ok(["logs", "systemd-loud"])).trim(), "heard");
  await ask("systemctl", ["stop", "loud.service"]);
  assert.equal((await host.tspod(["container", "exists", "systemd-loud"])).code, 1);
  assert.equal(await said(), "heard,warned");
});
