import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, describe, test } from "node:test";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld({ images: { busybox: {}, other: { config: { Cmd: ["true"] } } } });
after(() => world.close());
const { host } = world;
const own = readFileSync("/proc/self/cgroup", "utf8").match(/^0::(.*)$/m)?.[1] ?? "/";
const delegated = readFileSync(`/sys/fs/cgroup${own}/../cgroup.controllers`, "utf8").trim().split(" ");

for (const runtime of ["crun", "runc"]) {
  describe(`update, with ${runtime}: held at once where the controller is delegated, else refused by its name`, () => {
    for (const [controller, flags, file, expected] of [
      ["memory", ["--memory", "64m"], "memory.max", "67108864"],
      ["pids", ["--pids-limit", "50"], "pids.max", "50"],
      ["cpu", ["--cpus", "0.5"], "cpu.max", "50000 100000"],
    ] as const) {
      test(`${controller}${delegated.includes(controller) ? "" : " (not delegated here)"}`, async () => {
        const run = [
          "--runtime",
          runtime,
          "run",
          "-d",
          "--name",
          "u",
          "--network",
          "none",
          IMAGE,
          "sleep",
          "100",
        ];
        const id = await host.ok(run);
        const result = await host.tspod(["update", ...flags, "u"]);
        if (delegated.includes(controller)) {
          assert.deepEqual(result, { code: 0, stdout: `${id}\n`, stderr: "" });
          assert.equal(await host.ok(["exec", "u", "cat", `/sys/fs/cgroup/${file}`]), expected);
        } else {
          assert.equal(result.code, 125);
          assert.match(
            result.stderr,
            new RegExp(`^Error: ${flags[0]} can't be held: the "${controller}" cgroup`),
          );
        }
        await host.ok(["rm", "-ft", "0", "u"]);
      });
    }
  });
}

test("update changes the record, and nothing where a value is none", async () => {
  const id = await host.ok(["create", "--name", "u", "--cpu-rt-period", "5", IMAGE, "true"]);
  const period = () => host.ok(["inspect", "-f", "{{.HostConfig.CpuRealtimePeriod}}", "u"]);
  assert.equal(await host.ok(["update", "--cpu-rt-period", "7", "u"]), id);
  assert.equal(await period(), "7");
  assert.deepEqual(await host.tspod(["update", "--memory", "x", "u"]), {
    code: 125,
    stdout: "",
    stderr: "Error: invalid value for memory: invalid size: 'x'\n",
  });
  assert.equal((await host.tspod(["update", "--cpu-rt-period", "9", "nosuch"])).code, 125);
  assert.equal(await period(), "7");
});

describe("container clone", () => {
  test("has the settings of the original, but for what is given", async () => {
    await host.ok([
      "create",
      "--name",
      "c",
      "-e",
      "A=b",
      "-v",
      "kept:/v",
      "-v",
      "/anonymous",
      IMAGE,
      "sleep",
      "9",
    ]);
    await host.ok(["container", "clone", "--cpu-rt-period", "7", "c"]);
    await host.ok(["container", "clone", "c"]);
    const [first, second] = JSON.parse(await host.ok(["inspect", "c", "c-clone"]));
    assert.ok(second.Config.Env.includes("A=b"));
    assert.deepEqual(second.Config.Cmd, ["sleep", "9"]);
    assert.deepEqual([first.HostConfig.CpuRealtimePeriod, second.HostConfig.CpuRealtimePeriod], [0, 7]);
    const names = (object: { Mounts: { Name: string }[] }) => object.Mounts.map(({ Name }) => Name).sort();
    assert.ok(names(second).includes("kept"));
    assert.notDeepEqual(names(first), names(second));
    assert.equal(await host.ok(["container", "exists", "c-clone1"]), "");
  });

  test("another name, another image, in the original's place", async () => {
    await host.ok(["container", "clone", "--destroy", "c-clone", "d", "test.localhost/other"]);
    const [{ ImageName }] = JSON.parse(await host.ok(["inspect", "d"]));
    assert.equal(ImageName, "test.localhost/other:latest");
    assert.equal((await host.tspod(["container", "exists", "c-clone"])).code, 1);
  });

  test("--run; --force only with --destroy", async () => {
    await host.ok(["container", "clone", "--run", "c", "e"]);
    assert.equal(await host.ok(["inspect", "-f", "{{.State.Status}}", "e"]), "running");
    assert.equal(
      (await host.tspod(["container", "clone", "--force", "c", "f"])).stderr.split("\n")[0],
      "Error: cannot set --force without --destroy: invalid argument",
    );
    await host.ok(["container", "clone", "--destroy", "--force", "e", "f"]);
  });
});

test("update: what is no block device is told first, whatever is delegated, as podman 5.8", async () => {
  await host.ok(["create", "--name", "blocks", IMAGE, "true"]);
  for (const flag of [
    "--blkio-weight-device=/dev/zero:123",
    "--device-read-bps=/dev/zero:10mb",
    "--device-write-bps=/dev/zero:10mb",
    "--device-read-iops=/dev/zero:1000",
    "--device-write-iops=/dev/zero:1000",
  ]) {
    const result = await host.tspod(["update", flag, "blocks"]);
    assert.deepEqual(result, { code: 125, stdout: "", stderr: "Error: /dev/zero: not a block device\n" });
  }
  await host.ok(["rm", "blocks"]);
});
