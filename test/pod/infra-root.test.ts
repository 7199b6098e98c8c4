import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, beforeEach, describe, test } from "node:test";
import { runProgram } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;
beforeEach(() => host.ok(["pod", "rm", "-fa", "-t", "0"]));

const infraOf = (pod: string) => host.ok(["pod", "inspect", "-f", "{{.InfraContainerID}}", pod]);

describe("infra without an image", () => {
  test("no image is made; ps and inspect tell of none, and name the directory", async () => {
    const before = await host.ok(["images", "-a", "--format", "{{.ID}}"]);
    await host.ok(["pod", "create", "--name", "p"]);
    await host.ok(["pod", "start", "p"]);
    assert.equal(await host.ok(["images", "-a", "--format", "{{.ID}}"]), before);
    assert.equal(await host.ok(["ps", "--format", "<{{.Image}}> <{{.ImageID}}> <{{.Command}}>"]), "<> <> <>");
    const infra = await infraOf("p");
    const [image, name, config, rootfs = ""] = (
      await host.ok(["inspect", "-f", "{{.Image}}|{{.ImageName}}|{{.Config.Image}}|{{.Rootfs}}", infra])
    ).split("|");
    assert.deepEqual([image, name, config], ["", "", ""]);
    assert.ok(existsSync(`${rootfs}/pause`), rootfs);
  });

  test("it is a container as others are: df, export, top, a file copied into it that others do not see", async () => {
    for (const name of ["p", "q"]) {
      await host.ok(["pod", "create", "--name", name]);
      await host.ok(["pod", "start", name]);
    }
    const [infra, other] = [await infraOf("p"), await infraOf("q")];
    assert.match(await host.ok(["system", "df", "-v"]), new RegExp(`${infra.slice(0, 12)} {10,}0 +0B`));
    assert.equal((await host.ok(["top", infra, "args"])).trimEnd(), "COMMAND\n/pause");
    await runProgram("/bin/sh", ["-c", `echo mine >${host.directory}/mine`]);
    await host.ok(["cp", `${host.directory}/mine`, `${infra}:/mine`]);
    assert.match(await host.ok(["diff", infra]), /^A \/mine$/m);
    assert.doesNotMatch(await host.ok(["diff", other]), /mine/);
    const commit = await host.tspod(["commit", infra, "made"]);
    assert.deepEqual(
      [commit.code, commit.stderr],
      [125, "Error: cannot commit a container that uses an exploded rootfs\n"],
    );
  });

  test("rmi -af takes all images, with the containers made of them, and leaves the pod", async () => {
    await host.ok(["create", "--pod", "new:p", IMAGE, "true"]);
    await host.ok(["pod", "create", "--infra=false", "--name", "bare"]);
    const infra = await infraOf("p");
    const inUse = await host.tspod(["rmi", "-a"]);
    assert.equal(inUse.code, 2);
    assert.match(inUse.stderr, /^Error: image used by \w{64}: image is in use by a container/);
    await host.ok(["rmi", "-af"]);
    assert.equal(await host.ok(["images", "-aq"]), "");
    assert.equal(await host.ok(["ps", "-aq", "--no-trunc"]), infra);
    assert.equal(await host.ok(["pod", "ps", "--format", "{{.Name}}", "--sort", "name"]), "bare\np");
    await host.ok(["pod", "start", "p"]);
    assert.equal(await host.ok(["pod", "inspect", "-f", "{{.State}}", "p"]), "Running");
    await host.ok(["pod", "rm", "-fa", "-t", "0"]);
    await host.ok(["pull", "--quiet", IMAGE]);
  });

  for (const userns of ["auto", "keep-id"])
    test(`with --userns=${userns} its root directory is its own root's`, async () => {
      await host.ok(["pod", "create", "--name", "p", `--userns=${userns}`, "--infra-name", "i"]);
      await host.ok(["pod", "start", "p"]);
      const pid = await host.ok(["inspect", "-f", "{{.State.Pid}}", "i"]);
      const { stdout } = await runProgram("/bin/cat", [`/proc/${pid}/uid_map`]);
      const upper = await host.ok(["inspect", "-f", "{{.GraphDriver.Data.UpperDir}}", "i"]);
      const first = Number(stdout.trim().split(/\s+/)[1]);
      const { stdout: owner } = await runProgram("/usr/bin/stat", ["-c", "%u", upper]);
      assert.equal(Number(owner), first);
    });
});

describe("infra with an image", () => {
  test("--infra-image gives it one, and rmi -f of that removes its pods, and leaves the others", async () => {
    for (const name of ["first", "second"])
      await host.ok(["pod", "create", "--infra-image", IMAGE, "--infra-command", "/bin/top", "--name", name]);
    await host.ok(["pod", "create", "--name", "other"]);
    assert.equal(await host.ok(["inspect", "-f", "{{.ImageName}}", await infraOf("first")]), IMAGE);
    assert.match((await host.tspod(["rmi", IMAGE])).stderr, /image is in use by a container/);
    await host.ok(["rmi", "-f", IMAGE]);
    assert.equal(await host.ok(["pod", "ps", "--format", "{{.Name}}"]), "other");
    await host.ok(["pull", "--quiet", IMAGE]);
  });

  test("a pod of before, whose pause program is an image, goes on; its clone needs none", async () => {
    const pause = "localhost/podman-pause:5.8.6-1";
    await host.ok(["pod", "create", "--name", "now"]);
    const root = await host.ok(["inspect", "-f", "{{.Rootfs}}", await infraOf("now")]);
    const tar = `${host.directory}/pause.tar`;
    await runProgram("/bin/tar", ["-cf", tar, "-C", root, "pause"]);
    await host.ok(["import", "--quiet", "--change", 'ENTRYPOINT ["/pause"]', tar, pause]);
    await host.ok(["pod", "create", "--name", "before", "--infra-image", pause]);
    await host.ok(["run", "-d", "--pod", "before", "--name", "m", IMAGE, "sleep", "99"]);
    await host.ok(["pod", "restart", "before"]);
    assert.equal(
      await host.ok(["ps", "--format", "{{.Image}}", "--filter", "pod=before", "--sort", "names"]),
      [pause, IMAGE].join("\n"),
    );
    await host.ok(["pod", "clone", "before", "after"]);
    assert.equal(await host.ok(["inspect", "-f", "<{{.ImageName}}>", await infraOf("after")]), "<>");
    await host.ok(["pod", "start", "after"]);
    await host.ok(["pod", "rm", "-fa", "-t", "0"]);
    await host.ok(["rmi", pause]);
  });
});
