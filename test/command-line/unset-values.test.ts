import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { onTerminal } from "../support/terminal.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;

describe("an empty value is that of a script's variable which isn't set: as without the flag", () => {
  for (const flag of [
    ...[
      "shm-size",
      "platform",
      "arch",
      "os",
      "pull",
      "cidfile",
      "pidfile",
      "conmon-pidfile",
      "umask",
      "systemd",
    ],
    ...["sdnotify", "image-volume", "creds", "personality", "retry-delay", "cgroup-parent"],
  ])
    test(`run --${flag}=`, async () => {
      const { code, stdout, stderr } = await host.tspod([
        ...["run", "--rm", "--network=none", `--${flag}=`, IMAGE],
        ...["sh", "-c", "umask; df -k /dev/shm | tail -1 | awk '{print $2}'"],
      ]);
      assert.deepEqual([code, stdout, stderr], [0, "0022\n65536\n", ""]);
    });

  test("a value before it still counts, as with a flag given once", async () => {
    const args = ["run", "--rm", "--network=none", "--umask=0077", "--umask=", IMAGE, "sh", "-c", "umask"];
    assert.equal(await host.ok(args), "0077");
  });

  for (const flag of ["platform", "arch", "os", "creds", "retry-delay"])
    test(`pull --${flag}=`, async () =>
      assert.match(await host.ok(["pull", "-q", `--${flag}=`, IMAGE]), /^[0-9a-f]+$/));

  test("exec --workdir=", async () => {
    await host.ok(["run", "-d", "--name", "at", "-w", "/tmp", "--network=none", IMAGE, "sleep", "100"]);
    assert.equal(await host.ok(["exec", "--workdir=", "at", "pwd"]), "/tmp");
    await host.ok(["rm", "-f", "-t0", "at"]);
  });

  for (const [flag, said] of [
    ["cpus", "invalid argument"],
    ["stop-timeout", "invalid argument"],
    ["label", "invalid label format"],
  ] as const)
    test(`run --${flag}= is an error, as in Podman`, async () => {
      const { code, stderr } = await host.tspod(["run", "--rm", `--${flag}=`, IMAGE, "true"]);
      assert.equal(code, 125);
      assert.ok(stderr.includes(said), stderr);
    });
});

describe("sha256:… is no name for an image", () => {
  const names = () => host.ok(["images", "--format", "{{.Repository}}:{{.Tag}}"]);
  for (const args of [
    ["tag", IMAGE, "sha256:abc"],
    ["tag", IMAGE, `sha256:${"1".repeat(64)}`],
    ["import", "root.tar", "sha256:abc"],
    ["commit", "made", "sha256:abc"],
  ])
    test(args.join(" ").slice(0, 50), async () => {
      execFileSync("tar", ["-cf", join(host.directory, "root.tar"), "-C", host.directory, "conf"]);
      await host.ok(["create", "--replace", "--name", "made", IMAGE]);
      const before = await names();
      const { code, stderr } = await host.tspod(args);
      assert.equal(code, 125);
      assert.match(stderr, /^Error: .*sha256:[a-f0-9]+: tag by digest not supported\n$/);
      assert.equal(await names(), before);
    });
});

describe("containers-storage:", () => {
  test("runs what is here", async () => {
    const args = ["run", "--rm", "--network=none", `containers-storage:${IMAGE}`, "echo", "here"];
    assert.equal(await host.ok(args), "here");
  });
  test("pulls nothing", async () => {
    const { code, stderr } = await host.tspod([
      "run",
      "--rm",
      "--pull=always",
      "containers-storage:nosuch",
      "true",
    ]);
    assert.deepEqual([code, stderr], [125, "Error: nosuch: image not known\n"]);
  });
});

describe("--tmpfs", () => {
  for (const option of ["z", "Z"])
    test(`${option} is refused`, async () => {
      const { code, stderr } = await host.tspod(["run", "--rm", "--tmpfs", `/x:${option}`, IMAGE, "true"]);
      assert.deepEqual(
        [code, stderr],
        [125, "Error: the 'z' and 'Z' options are not allowed with tmpfs mounts: invalid mount option\n"],
      );
    });
  for (const option of ["rshared", "shared", "rslave", "private"])
    test(`${option} is taken`, async () => {
      await host.ok(["run", "--rm", "--network=none", "--tmpfs", `/x:${option}`, IMAGE, "true"]);
    });
});

test("ps and port show the ports of the container whose network one shares", async () => {
  await host.ok(["run", "-d", "--name", "owner", "-p", "127.0.0.1::80", IMAGE, "sleep", "100"]);
  await host.ok(["run", "-d", "--name", "guest", "--network", "container:owner", IMAGE, "sleep", "100"]);
  const published = await host.ok(["port", "owner"]);
  assert.match(published, /^80\/tcp -> 127\.0\.0\.1:\d+$/);
  assert.equal(await host.ok(["port", "guest"]), published);
  assert.equal(await host.ok(["port", "guest", "80"]), published.replace(/.* /, ""));
  const lines = (await host.ok(["ps", "--format", "{{.Ports}}"])).split("\n");
  assert.equal(lines.length, 2);
  assert.equal(lines[0], lines[1]);
  const rows = JSON.parse(await host.ok(["ps", "--format", "json"]));
  assert.deepEqual(rows[0].Ports, rows[1].Ports);
  await host.ok(["rm", "-f", "-t0", "guest", "owner"]);
});

test("info doesn't promise labels and profiles that no container gets", async () => {
  const format = "{{.Host.Security.SELinuxEnabled}} {{.Host.Security.AppArmorEnabled}}";
  assert.equal(await host.ok(["info", "--format", format]), "false false");
});

describe("the verdict of why on a terminal", () => {
  for (const [name, command, colour] of [
    ["well", "true", "32"],
    ["failed", "false", "31"],
  ] as const)
    test(`${name} has a colour there only`, async () => {
      await host.tspod(["run", "--name", name, "--network=none", IMAGE, command]);
      const terminal = onTerminal(host, ["why", name], { columns: 200, env: { NO_COLOR: "" } });
      assert.equal(await terminal.ended, 0);
      assert.ok(terminal.shown().includes(`\x1b[${colour}mState: `), JSON.stringify(terminal.shown()));
      assert.ok(!(await host.ok(["why", name])).includes("\x1b"));
    });
});
