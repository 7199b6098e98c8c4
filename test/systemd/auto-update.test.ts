import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { makeImage } from "../support/image.ts";
import { makeSystemdWorld } from "../support/systemd.ts";
import { IMAGE } from "../support/world.ts";

const world = await makeSystemdWorld({
  images: { app: { config: { Cmd: ["sleep", "1000"], Labels: { version: "1" } } }, busybox: {} },
});
after(() => world.close());
const { host, registry, ask } = world;
const APP = "test.localhost/app:latest";
const FORMAT = "{{.Unit}},{{.ContainerName}},{{.Image}},{{.Updated}},{{.Policy}}";

const image = (version: string, Cmd: readonly string[] = ["sleep", "1000"]) =>
  makeImage({ config: { Cmd, Labels: { version } } });
const versionOf = (name: string) => host.ok(["inspect", "--format", "{{.Config.Labels.version}}", name]);

/** A service with a container that asks for updates. */
async function start(name: string, policy: string): Promise<string> {
  const label = `io.containers.autoupdate=${policy}`;
  await host.ok(["create", "--name", name, "--network=none", "--stop-timeout=0", "--label", label, APP]);
  const unit = `container-${name}.service`;
  await world.addUnit(
    unit,
    await host.ok(["generate", "systemd", "--new", "--name", "--restart-policy=no", name]),
  );
  await host.ok(["rm", name]);
  await ask("systemctl", ["start", unit]);
  return unit;
}

test("where nothing asks for updates nothing is said", async () => {
  assert.deepEqual(await host.tspod(["auto-update"]), { code: 0, stdout: "", stderr: "" });
});

describe("the registry policy", { concurrency: false }, () => {
  let unit = "";
  before(async () => {
    unit = await start("far", "registry");
  });
  after(() => ask("systemctl", ["stop", unit]));

  test("an image that is current is left alone, and not even fetched", async () => {
    registry.requests.length = 0;
    assert.equal(await host.ok(["auto-update", "--format", FORMAT]), `${unit},far,${APP},false,registry`);
    assert.deepEqual(
      registry.requests.filter((line) => line.includes("/app/")),
      ["HEAD /v2/app/manifests/latest"],
    );
  });

  test("--dry-run says what is pending, and changes nothing", async () => {
    registry.add("app", "latest", image("2"));
    const id = await host.ok(["inspect", "--format", "{{.Id}}", "far"]);
    assert.equal(
      await host.ok(["auto-update", "--dry-run", "--format", FORMAT]),
      `${unit},far,${APP},pending,registry`,
    );
    assert.equal(await host.ok(["inspect", "--format", "{{.Id}}", "far"]), id);
    assert.equal(await host.ok(["image", "inspect", "--format", "{{.Labels.version}}", APP]), "1");
  });

  test("a newer image is pulled, and the unit restarted with it", async () => {
    const { code, stdout, stderr } = await host.tspod(["auto-update"]);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^Trying to pull test\.localhost\/app:latest\.\.\.\n/);
    const [head = "", row = ""] = stdout.split("\n");
    assert.match(head, /^UNIT +CONTAINER +IMAGE +POLICY +UPDATED$/);
    assert.match(
      row,
      /^container-far\.service +[0-9a-f]{12} \(far\) +test\.localhost\/app:latest +registry +true$/,
    );
    assert.equal(await versionOf("far"), "2");
    assert.equal(await ask("systemctl", ["is-active", unit]), "active");
  });

  test("where the unit doesn't start with it, it is started with the one of before", async () => {
    registry.add("app", "latest", image("3", ["/there-is-no-such-program"]));
    const { code, stdout } = await host.tspod(["auto-update", "--format", FORMAT]);
    assert.deepEqual([code, stdout], [0, `${unit},far,${APP},rolled back,registry\n`]);
    assert.equal(await versionOf("far"), "2");
    assert.equal(await ask("systemctl", ["is-active", unit]), "active");
  });

  test("without --rollback it has failed", async () => {
    const { code, stdout } = await host.tspod(["auto-update", "--rollback=false", "--format", "json"]);
    assert.equal(code, 0);
    const [{ Updated, Policy, Unit }] = JSON.parse(stdout);
    assert.deepEqual([Updated, Policy, Unit], ["failed", "registry", unit]);
  });

  test("an event tells of each time it was looked", async () => {
    const events = await host.ok([
      "events",
      "--stream=false",
      "--filter",
      "type=system",
      "--format",
      "{{.Type}} {{.Status}}",
    ]);
    assert.deepEqual([...new Set(events.split("\n"))], ["system auto-update"]);
  });
});

describe("the local policy", { concurrency: false }, () => {
  test("an image that was made here meanwhile is taken", async () => {
    await host.ok(["tag", APP, "localhost/mine:latest"]);
    registry.add("app", "latest", image("4"));
    await host.ok(["pull", "-q", APP]);
    const unit = await start("near", "local");
    assert.equal(await host.ok(["auto-update", "--format", FORMAT]), `${unit},near,${APP},false,local`);
    await host.ok(["commit", "-q", "--change", "LABEL version=5", "near", APP]);
    assert.equal(await host.ok(["auto-update", "--format", FORMAT]), `${unit},near,${APP},true,local`);
    assert.equal(await versionOf("near"), "5");
    await ask("systemctl", ["stop", unit]);
  });
});

describe("mistakes", () => {
  test("a policy that is none is told, the others go on", async () => {
    const [bad, good] = [await start("bad", "whatever"), await start("good", "local")];
    const { code, stdout, stderr } = await host.tspod(["auto-update", "--format", FORMAT]);
    assert.deepEqual([code, stdout], [125, `${good},good,${APP},false,local\n`]);
    assert.equal(
      stderr,
      'Error: invalid auto-update policy "whatever": valid policies are ["disabled" "image" "local" "registry"]\n',
    );
    await ask("systemctl", ["stop", bad, good]);
  });

  test("a container outside of any unit can't be updated", async () => {
    const id = await host.ok([
      "run",
      "-d",
      "--network=none",
      "--label",
      "io.containers.autoupdate=local",
      IMAGE,
      "sleep",
      "1000",
    ]);
    const { code, stdout, stderr } = await host.tspod(["auto-update"]);
    assert.deepEqual([code, stdout], [125, ""]);
    assert.equal(stderr, `Error: auto-updating container "${id}": no PODMAN_SYSTEMD_UNIT label found\n`);
    await host.ok(["rm", "-f", "-t0", id]);
  });

  test("an image from a registry must be named with it", async () => {
    const { code, stderr } = await host.tspod([
      "create",
      "--label",
      "io.containers.autoupdate=registry",
      "app",
    ]);
    assert.deepEqual(
      [code, stderr],
      [125, 'Error: short name: auto updates require fully-qualified image reference: "app"\n'],
    );
  });
});
