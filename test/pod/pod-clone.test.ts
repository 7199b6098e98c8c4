import assert from "node:assert/strict";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;

const inspect = async (kind: "pod" | "container", name: string) =>
  JSON.parse(await host.ok([kind, "inspect", name]))[0];
const remove = (...names: string[]) => host.ok(["pod", "rm", "-f", "-t", "0", ...names]);

describe("pod clone", () => {
  test("has the settings and the containers of the original", async () => {
    await host.ok([
      ...["pod", "create", "--name", "web", "--label", "a=b", "--sysctl", "net.ipv4.ping_group_range=0 0"],
      ...["--add-host", "other:10.1.2.3", "--exit-policy", "stop", "-v", "kept:/kept", "-v", "/scratch"],
    ]);
    await host.ok(["create", "--pod", "web", "--name", "m", "-e", "A=b", IMAGE, "sleep", "99"]);
    await host.ok([
      "create",
      "--pod",
      "web",
      "--name",
      "own",
      "--pid",
      "host",
      "--network",
      "none",
      IMAGE,
      "top",
    ]);
    const id = await host.ok(["pod", "clone", "--start", "web"]);
    const clone = await inspect("pod", "web-clone");
    assert.equal(clone.Id, id);
    assert.deepEqual(clone.Labels, { a: "b" });
    assert.equal(clone.ExitPolicy, "stop");
    assert.equal(clone.State, "Running");
    assert.deepEqual(
      clone.Containers.map(({ Name }: { Name: string }) => Name),
      [`${id.slice(0, 12)}-infra`, "m-clone", "own-clone"],
    );
    assert.equal(
      await host.ok([
        "exec",
        "m-clone",
        "sh",
        "-c",
        "hostname; grep -c other /etc/hosts; echo $A; ls /sys/class/net",
      ]),
      "web-clone\n1\nb\nlo\ntap0",
    );
    assert.equal(await host.ok(["exec", "own-clone", "ls", "/sys/class/net"]), "lo");
    assert.equal(await host.ok(["inspect", "-f", "{{.HostConfig.PidMode}}", "own-clone"]), "host");
    const volumes = async (name: string) =>
      Object.fromEntries(
        (await inspect("container", name)).Mounts.map((mount: { Destination: string; Name: string }) => [
          mount.Destination,
          mount.Name,
        ]),
      );
    const [old, fresh] = [await volumes("m"), await volumes("m-clone")];
    assert.equal(fresh["/kept"], "kept");
    assert.notEqual(fresh["/scratch"], old["/scratch"]);
    // The members of the clone share its anonymous volume.
    assert.equal((await volumes("own-clone"))["/scratch"], fresh["/scratch"]);
    assert.equal(await host.ok(["pod", "clone", "web-clone"]), (await inspect("pod", "web-clone1")).Id);
    await remove("web", "web-clone", "web-clone1");
    await host.ok(["volume", "rm", "kept"]);
  });

  test("flags change what the clone is", async () => {
    await host.ok([
      "pod",
      "create",
      "--name",
      "p",
      "--label",
      "a=b",
      "--hostname",
      "old",
      "--infra-name",
      "holder",
    ]);
    await host.ok([
      ...["pod", "clone", "--label", "c=d", "--hostname", "front", "--shm-size", "10mb", "--cpus", "1.5"],
      ...["--restart", "on-failure:3", "-v", "/there", "--sysctl", "net.ipv4.ping_group_range=0 0", "p", "q"],
    ]);
    const pod = await inspect("pod", "q");
    assert.deepEqual(pod.Labels, { a: "b", c: "d" });
    assert.equal(pod.Hostname, "front");
    assert.equal(pod.cpu_quota, 150000);
    assert.equal(pod.RestartPolicy, "on-failure");
    assert.equal(
      await host.ok([
        ...["run", "--rm", "--pod", "q", IMAGE, "sh", "-c"],
        "hostname; df -k /dev/shm | tail -1 | awk '{print $2}'; ls -d /there; cat /proc/sys/net/ipv4/ping_group_range",
      ]),
      "front\n10240\n/there\n0\t0",
    );
    assert.equal((await host.tspod(["container", "exists", "holder-clone"])).code, 0);
    await remove("p", "q");
  });

  test("--destroy puts it in the original's place", async () => {
    await host.ok(["pod", "create", "--name", "first"]);
    await host.ok(["run", "-d", "--pod", "first", "--name", "f", IMAGE, "sleep", "99"]);
    await host.ok(["pod", "clone", "--destroy", "first", "second"]);
    assert.equal(await host.ok(["pod", "ps", "--format", "{{.Name}}"]), "second");
    assert.equal(
      await host.ok(["ps", "-a", "--noheading", "--format", "{{.Names}}", "--filter", "name=^f-"]),
      "f-clone",
    );
    await remove("second");
  });

  test("without infra there is nothing to share", async () => {
    await host.ok(["pod", "create", "--name", "bare", "--infra=false"]);
    await host.ok(["create", "--pod", "bare", "--name", "b", IMAGE, "true"]);
    await host.ok(["pod", "clone", "bare"]);
    assert.equal(
      await host.ok(["pod", "inspect", "-f", "{{.NumContainers}} {{.CreateInfra}}", "bare-clone"]),
      "1 false",
    );
    await remove("bare", "bare-clone");
  });

  test("a clone that fails leaves nothing", async () => {
    await host.ok(["pod", "create", "--name", "whole"]);
    await host.ok(["create", "--pod", "whole", "--name", "w1", IMAGE, "true"]);
    const file = join(host.directory, "word");
    writeFileSync(file, "x");
    await host.ok(["secret", "create", "word", file]);
    await host.ok(["create", "--pod", "whole", "--name", "w2", "--secret", "word", IMAGE, "true"]);
    await host.ok(["secret", "rm", "word"]);
    const before = ["pods", "names", "containers"].map((name) =>
      readdirSync(join(host.dataDirectory, "tspod", name)).sort(),
    );
    for (const [args, message] of [
      [["whole", "w1"], 'adding pod to state: name "w1" is in use: container already exists'],
      [["--memory", "x", "whole"], "invalid value for memory: invalid size: 'x'"],
      [["whole"], 'no secret with name or id "word": no such secret'],
      [["nosuch"], "no pod with name or ID nosuch found: no such pod"],
      [
        ["whole", "a/b"],
        "running pod create option: names must match [a-zA-Z0-9][a-zA-Z0-9_.-]*: invalid argument",
      ],
    ] as const)
      assert.deepEqual(await host.tspod(["pod", "clone", ...args]), {
        code: 125,
        stdout: "",
        stderr: `Error: ${message}\n`,
      });
    const after = ["pods", "names", "containers"].map((name) =>
      readdirSync(join(host.dataDirectory, "tspod", name)).sort(),
    );
    assert.deepEqual(after, before);
    await remove("whole");
  });
});

describe("container clone --pod", () => {
  test("puts the clone into the pod, and says what it leaves behind", async () => {
    await host.ok(["pod", "create", "--name", "into"]);
    await host.ok(["create", "--name", "lone", "-p", "8099:80", "--hostname", "me", IMAGE, "sleep", "99"]);
    const result = await host.tspod(["container", "clone", "--run", "--pod", "into", "lone"]);
    assert.equal(
      result.stderr,
      "WARN[0000] not copied, since it is the pod's to say: published ports, host name\n",
    );
    assert.equal(result.code, 0);
    assert.equal(await host.ok(["exec", "lone-clone", "hostname"]), "into");
    assert.equal(await host.ok(["ps", "--format", "{{.PodName}}", "--filter", "name=lone-clone"]), "into");
    await host.ok(["pod", "create", "--name", "other"]);
    assert.equal(
      (await host.tspod(["container", "clone", "--pod", "other", "lone-clone", "moved"])).stderr,
      "",
    );
    assert.equal(await host.ok(["inspect", "-f", "{{.HostConfig.PortBindings}}", "moved"]), "map[]");
    await host.ok(["start", "moved"]);
    assert.equal(await host.ok(["exec", "moved", "hostname"]), "other");
    await remove("into", "other");
    await host.ok(["rm", "lone"]);
  });

  test("is refused for a pod that is not there, and for an infra container", async () => {
    await host.ok(["create", "--name", "c", IMAGE]);
    await host.ok(["pod", "create", "--name", "p", "--infra-name", "holder"]);
    for (const [args, message] of [
      [["--pod", "nosuch", "c"], "no pod with name or ID nosuch found: no such pod"],
      [["holder"], "container holder is the infra container of pod p: tspod pod clone copies the pod"],
    ] as const)
      assert.deepEqual(await host.tspod(["container", "clone", ...args]), {
        code: 125,
        stdout: "",
        stderr: `Error: ${message}\n`,
      });
    await remove("p");
    await host.ok(["rm", "c"]);
  });
});
