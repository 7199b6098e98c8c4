import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, describe, test } from "node:test";
import { TSPOD, until } from "../support/program.ts";
import { makeSystemdWorld } from "../support/systemd.ts";
import { IMAGE } from "../support/world.ts";

const world = await makeSystemdWorld();
after(() => world.close());
const { host, ask, addUnit } = world;

const manager = await ask("systemctl", ["show", "--value", "--property=ControlGroup"]);
/** What the manager has, of which its scopes get what they ask for. */
const delegated = readFileSync(`/sys/fs/cgroup${manager}/cgroup.controllers`, "utf8").trim().split(" ");

for (const runtime of ["crun", "runc"])
  describe(runtime, () => {
    test("the user's manager makes a scope for a container, and the container's processes are in it", async () => {
      const id = await host.ok(["--runtime", runtime, "run", "-d", "--name", runtime, IMAGE, "sleep", "100"]);
      const scope = `libpod-${id}.scope`;
      assert.equal(await ask("systemctl", ["is-active", scope]), "active");
      const group = await ask("systemctl", ["show", "--value", "--property=ControlGroup", scope]);
      assert.equal(group, `${manager}/user.slice/${scope}`);
      const pid = await host.ok(["inspect", "-f", "{{.State.Pid}}", runtime]);
      const own = readFileSync(`/proc/${pid}/cgroup`, "utf8").match(/^0::(.*)$/m)?.[1] ?? "";
      assert.ok(own === group || own.startsWith(`${group}/`), own);
      await host.ok(["rm", "-f", "-t", "0", runtime]);
      await until(
        async () => (await ask("systemctl", ["list-units", "--all", "--no-legend", scope])) === "",
        "the end of the scope",
      );
    });

    test("the scope has the container's stop signal and time, as Podman's has", async () => {
      const stopping = ["--stop-signal", "5", "--stop-timeout", "7"];
      const id = await host.ok(["--runtime", runtime, "run", "-d", ...stopping, IMAGE, "sleep", "100"]);
      const properties = ["show", "--property=TimeoutStopUSec", "--property=KillSignal"];
      const shown = await ask("systemctl", [...properties, `libpod-${id}.scope`]);
      assert.deepEqual(shown.split("\n").sort(), ["KillSignal=5", "TimeoutStopUSec=7s"]);
      await host.ok(["rm", "-f", "-t", "0", id]);
    });

    test(`a memory limit is ${delegated.includes("memory") ? "held" : "refused: the controller is not delegated"}`, async () => {
      const limited = ["--runtime", runtime, "run", "--rm", "--memory", "64m", IMAGE];
      const result = await host.tspod([...limited, "cat", "/sys/fs/cgroup/memory.max"]);
      if (delegated.includes("memory"))
        assert.deepEqual(result, { code: 0, stdout: "67108864\n", stderr: "" });
      else {
        assert.deepEqual([result.code, result.stdout], [126, ""]);
        assert.match(
          result.stderr,
          /^Error: --memory can't be held: the "memory" cgroup controller is not delegated to this user; .*\n$/,
        );
      }
    });
  });

test("a unit runs tspod as its user does: with the same images and containers", async () => {
  await host.ok(["create", "--name", "seen", IMAGE, "true"]);
  const command = ["--wait", "--pipe", "--quiet", "--collect", TSPOD];
  assert.equal(await ask("systemd-run", [...command, "ps", "-a", "--format", "{{.Names}}"]), "seen");
});

describe("--cgroups split: monitor and container are in child groups of the unit's", () => {
  for (const runtime of ["crun", "runc"])
    test(runtime, async () => {
      const name = `split-${runtime}`;
      await addUnit(
        `${name}.service`,
        [
          "[Service]",
          "Type=notify",
          "NotifyAccess=all",
          "Delegate=yes",
          `ExecStart=${TSPOD} --runtime ${runtime} run -d --rm --cgroups split --sdnotify conmon --name ${name} ${IMAGE} sleep 100`,
          `ExecStop=${TSPOD} rm -f -t 0 -i ${name}`,
          "",
        ].join("\n"),
      );
      await ask("systemctl", ["start", `${name}.service`]);
      const unit = await ask("systemctl", ["show", "--value", "--property=ControlGroup", `${name}.service`]);
      const [id, pid, monitor] = (
        await host.ok(["inspect", "-f", "{{.Id}} {{.State.Pid}} {{.State.ConmonPid}}", name])
      ).split(" ");
      const groupOf = (of: string | undefined) =>
        readFileSync(`/proc/${of}/cgroup`, "utf8").match(/^0::(.*)$/m)?.[1] ?? "";
      assert.ok(unit.endsWith(`/${name}.service`), unit);
      assert.equal(groupOf(monitor), `${unit}/supervisor`);
      assert.ok(groupOf(pid).startsWith(`${unit}/libpod-payload-${id}`), groupOf(pid));
      assert.equal(await host.ok(["exec", name, "echo", "in"]), "in");
      await host.ok(["pause", name]);
      assert.equal(await host.ok(["inspect", "-f", "{{.State.Status}}", name]), "paused");
      await host.ok(["unpause", name]);
      // its end does not take along what other containers of the user need
      await host.ok(["run", "-d", "--name", `other-${name}`, IMAGE, "sleep", "100"]);
      await ask("systemctl", ["stop", `${name}.service`]);
      assert.equal(await host.ok(["ps", "-q", "--filter", `name=^${name}$`]), "");
      assert.equal(await host.ok(["exec", `other-${name}`, "echo", "alive"]), "alive");
      await host.ok(["rm", "-f", "-t", "0", `other-${name}`]);
    });
});
