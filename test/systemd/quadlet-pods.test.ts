import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { TSPOD } from "../support/program.ts";
import { makeQuadletWorld } from "../support/quadlets.ts";
import { IMAGE } from "../support/world.ts";

const { host, ask, directory, show, inspect, becomes, put, addUnit, close } = await makeQuadletWorld();
after(close);
const LOOP = `sh -c "trap 'exit 0' TERM; while :; do sleep 0.1; done"`;

describe("a quadlet .pod", { concurrency: false }, () => {
  test("starts with its containers, each a service", async () => {
    await put({
      "shop.pod": "[Pod]\nNetwork=none\nLabel=kind=shop\n",
      "db.container": `[Container]\nImage=${IMAGE}\nPod=shop.pod\nExec=${LOOP}\n`,
      "app.container": `[Container]\nImage=${IMAGE}\nPod=shop.pod\nExec=${LOOP}\n[Unit]\nAfter=db.service\n`,
    });
    await ask("systemctl", ["start", "shop-pod.service"]);
    for (const unit of ["shop-pod.service", "db.service", "app.service"]) await becomes(unit, "active");
    assert.equal(
      await host.ok([
        "pod",
        "inspect",
        "-f",
        "{{.State}} {{.Labels.kind}} {{.NumContainers}}",
        "systemd-shop",
      ]),
      "Running shop 3",
    );
    assert.equal(
      await show("shop-pod.service", "MainPID"),
      await inspect("systemd-shop-infra", "{{.State.ConmonPid}}"),
    );
    assert.equal(await show("db.service", "MainPID"), await inspect("systemd-db", "{{.State.ConmonPid}}"));
  });

  test("a container that fails does not end the others", async () => {
    await host.ok(["kill", "systemd-app"]);
    await becomes("app.service", "failed");
    assert.equal(await show("db.service", "ActiveState"), "active");
    await ask("systemctl", ["start", "app.service"]);
    assert.equal(await inspect("systemd-app", "{{.State.Status}}"), "running");
  });

  test("stops with all of them, and is gone", async () => {
    await ask("systemctl", ["stop", "shop-pod.service"]);
    for (const unit of ["shop-pod.service", "db.service", "app.service"]) await becomes(unit, "inactive");
    assert.equal(await host.ok(["ps", "-aq"]), "");
    assert.equal(await host.ok(["pod", "ps", "-q"]), "");
    for (const name of ["shop.pod", "db.container", "app.container"]) rmSync(join(directory, name));
  });
});

const document = (script: string) =>
  `{kind: Pod, metadata: {name: played}, spec: {restartPolicy: Never, terminationGracePeriodSeconds: 1, containers: [{name: c, image: ${IMAGE}, imagePullPolicy: Never, command: [sh, -c, "${script}"]}]}}\n`;

/** As systemd-escape(1) does. */
function escaped(path: string): string {
  return path.replaceAll("-", "\\x2d").replaceAll("/", "-");
}

async function service(): Promise<string> {
  return host.ok(["ps", "-a", "--filter", "name=-service$", "--format", "{{.Names}}"]);
}

describe("Kubernetes YAML as a service", { concurrency: false }, () => {
  const template = readFileSync(
    join(import.meta.dirname, "../../scripts/systemd/tspod-kube@.service"),
    "utf8",
  );
  const file = join(host.directory, "played.yaml");
  let instance = "";
  for (const kind of [".kube", "tspod-kube@"] as const) {
    const unitOf = () => (kind === ".kube" ? "played.service" : instance);

    test(`${kind}: its main process is the service container's monitor`, async () => {
      const forever = document("trap 'exit 0' TERM; while :; do sleep 0.1; done");
      writeFileSync(file, forever);
      if (kind === ".kube") await put({ "played.kube": `[Kube]\nYaml=${file}\nNetwork=none\n` });
      else {
        // As installed, but for where the program is.
        await addUnit("tspod-kube@.service", template.replaceAll("=tspod kube", `=${TSPOD} kube`));
        instance = `tspod-kube@${escaped(file)}.service`;
      }
      await ask("systemctl", ["start", unitOf()]);
      assert.equal(await show(unitOf(), "ActiveState"), "active");
      assert.equal(await inspect("played-c", "{{.State.Status}}"), "running");
      assert.equal(await show(unitOf(), "MainPID"), await inspect(await service(), "{{.State.ConmonPid}}"));
      const format = "{{.Config.SdNotifyMode}} <{{.Config.SdNotifySocket}}>";
      assert.equal(await inspect(await service(), format), "ignore <>");
    });

    test(`${kind}: a restart plays it anew, a stop takes it down`, async () => {
      const before = await inspect("played-c", "{{.Id}}");
      await ask("systemctl", ["restart", unitOf()]);
      assert.notEqual(await inspect("played-c", "{{.Id}}"), before);
      await ask("systemctl", ["stop", unitOf()]);
      assert.equal(await show(unitOf(), "ActiveState"), "inactive");
      assert.equal(await show(unitOf(), "Result"), "success");
      assert.equal(await host.ok(["ps", "-aq"]), "");
    });

    test(`${kind}: ends when its pods have ended`, async () => {
      writeFileSync(file, document("sleep 1"));
      await ask("systemctl", ["start", unitOf()]);
      await becomes(unitOf(), "inactive");
      assert.equal(await show(unitOf(), "Result"), "success");
      assert.equal(await host.ok(["ps", "-aq"]), "");
      if (kind === ".kube") rmSync(join(directory, "played.kube"));
    });
  }

  test("with ExitCodePropagation= the unit has failed if its containers have", async () => {
    for (const [mode, script, result] of [
      ["all", "sleep 1", "success"],
      ["all", "sleep 1; exit 3", "exit-code"],
      ["none", "sleep 1; exit 3", "success"],
    ] as const) {
      writeFileSync(file, document(script));
      await put({
        "played.kube": `[Kube]\nYaml=${file}\nNetwork=none\nExitCodePropagation=${mode}\n`,
      });
      await ask("systemctl", ["start", "played.service"]);
      await becomes("played.service", result === "success" ? "inactive" : "failed");
      assert.equal(await show("played.service", "Result"), result, `${mode}: ${script}`);
      if (result !== "success") assert.equal(await show("played.service", "ExecMainStatus"), "137");
      assert.equal(await host.ok(["ps", "-aq"]), "");
    }
  });

  test("a stop of such a unit is no failure, though its containers are killed", async () => {
    writeFileSync(file, document("exec sleep 99"));
    await put({ "played.kube": `[Kube]\nYaml=${file}\nNetwork=none\nExitCodePropagation=any\n` });
    await ask("systemctl", ["start", "played.service"]);
    await ask("systemctl", ["stop", "played.service"]);
    assert.equal(await show("played.service", "ActiveState"), "inactive");
    assert.equal(await show("played.service", "Result"), "success");
    assert.equal(await host.ok(["ps", "-aq"]), "");
    rmSync(join(directory, "played.kube"));
  });
});
