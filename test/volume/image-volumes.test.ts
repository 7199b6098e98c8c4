import assert from "node:assert/strict";
import { readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, describe, test } from "node:test";
import { IMAGE, makeWorld } from "../support/world.ts";

const SITE = "localhost/site:1";

const world = await makeWorld();
after(() => world.close());
const { host } = world;
const store = join(host.dataDirectory, "tspod");
const dataOf = (volume: string) => join(store, "volumes", volume, "_data");
const said = (stdout: string) => ({ code: 0, stdout, stderr: "" });
const refused = (message: string, code = 125) => ({ code, stdout: "", stderr: `Error: ${message}\n` });
const run = (flags: readonly string[], script: string) =>
  host.tspod(["run", "--rm", "--network", "none", ...flags, IMAGE, "sh", "-c", script]);
const create = (...args: readonly string[]) => host.tspod(["volume", "create", "--driver", "image", ...args]);

// Two layers: what the second has taken away from the first must not be seen.
writeFileSync(
  join(host.directory, "Containerfile"),
  [
    `FROM ${IMAGE}`,
    "RUN mkdir -p /site/d && echo one >/site/page && echo old >/site/gone && chown 5:6 /site/page && chmod 750 /site/d",
    "RUN rm /site/gone",
    "",
  ].join("\n"),
);
await host.ok(["build", "-q", "--network", "none", "-t", SITE, host.directory]);

afterEach(async () => {
  await host.ok(["rm", "--all", "--force", "--time", "0"]);
  await host.ok(["volume", "rm", "--all", "--force"]);
});

/** Start a container that stays, with the volume on /v. */
const start = (name: string, ...flags: readonly string[]) =>
  host.ok(["run", "-d", "--network", "none", "--name", name, "-v", "v:/v", ...flags, IMAGE, "sleep", "1000"]);
const shell = (name: string, script: string) => host.ok(["exec", name, "sh", "-c", script]);

describe("volume create --driver image", () => {
  test("notes the image, and inspect and ls show it as Podman does", async () => {
    assert.deepEqual(await create("--opt", "image=site:1", "--label", "a=b", "v"), said("v\n"));
    const [volume] = JSON.parse(await host.ok(["volume", "inspect", "v"]));
    const { CreatedAt: _created, StorageID: storage, ...shown } = volume;
    assert.match(storage, /^[0-9a-f]{64}$/);
    assert.deepEqual(shown, {
      Name: "v",
      Driver: "image",
      Mountpoint: dataOf("v"),
      Labels: { a: "b" },
      Scope: "local",
      Options: { image: "site:1" },
      MountCount: 0,
    });
    await host.ok(["volume", "create", "other"]);
    assert.equal(
      await host.ok(["volume", "ls", "--filter", "driver=image"]),
      "DRIVER      VOLUME NAME\nimage       v",
    );
    assert.equal(await host.ok(["volume", "ls", "-q", "--filter", "driver=local"]), "other");
    assert.deepEqual(await host.tspod(["volume", "reload"]), said(""));
  });

  for (const [args, message] of [
    [
      ["--opt", "image=nosuch", "x"],
      "looking up image nosuch to create volume failed: nosuch: image not known",
    ],
    [["x"], "must provide an image name when creating a volume with the image driver: invalid argument"],
    [
      ["--opt", "image=", "x"],
      "must provide an image name when creating a volume with the image driver: invalid argument",
    ],
    [
      ["--opt", "type=tmpfs", "--opt", `image=${SITE}`, "x"],
      "invalid mount option type for driver 'image': invalid argument",
    ],
    [["--opt", `image=${SITE}`, "a/b"], /^running volume create option: /],
  ] as const)
    test(`is refused: ${args.join(" ")}`, async () => {
      const { code, stdout, stderr } = await create(...args);
      assert.deepEqual([code, stdout], [125, ""]);
      if (typeof message === "string") assert.equal(stderr, `Error: ${message}\n`);
      else assert.match(stderr.slice("Error: ".length), message);
      assert.deepEqual(readdirSync(join(store, "volumes")), []);
    });

  test("the local driver has no images", async () => {
    assert.deepEqual(
      await host.tspod(["volume", "create", "--opt", `image=${SITE}`, "x"]),
      refused("invalid mount option image for driver 'local': invalid argument"),
    );
  });

  test("of a name that is taken: refused, or with --ignore left as it is", async () => {
    await create("--opt", `image=${SITE}`, "v");
    const before = readFileSync(join(store, "volumes/v/volume.json"));
    assert.deepEqual(
      await create("--opt", `image=${IMAGE}`, "v"),
      refused("volume with name v already exists: volume already exists"),
    );
    assert.deepEqual(await create("--ignore", "--opt", `image=${IMAGE}`, "v"), said("v\n"));
    assert.deepEqual(readFileSync(join(store, "volumes/v/volume.json")), before);
  });
});

for (const runtime of ["crun", "runc"])
  describe(`with ${runtime}`, () => {
    const flags = ["--runtime", runtime];

    test("shows the image's files with their owners, keeps what is written, and :ro refuses it", async () => {
      await create("--opt", `image=${SITE}`, "v");
      assert.deepEqual(
        await run(
          [...flags, "-v", "v:/v"],
          "ls /v/site; cat /v/site/page; stat -c %u:%g:%a /v /v/site/page /v/site/d; echo two >/v/site/page; rm /v/bin/busybox",
        ),
        said("d\npage\none\n0:0:555\n5:6:644\n0:0:750\n"),
      );
      assert.deepEqual(
        await run(
          [...flags, "--mount", "type=volume,src=v,dst=/v,ro"],
          "cat /v/site/page; ls /v/bin/busybox 2>&1; touch /v/x 2>&1",
        ),
        {
          code: 1,
          stdout: "two\nls: /v/bin/busybox: No such file or directory\ntouch: /v/x: Read-only file system\n",
          stderr: "",
        },
      );
      assert.equal((await run([...flags, "-v", "v:/v:ro"], "touch /v/x 2>&1")).code, 1);
      assert.deepEqual(readdirSync(dataOf("v")), [], "mounted for no more than containers and calls");
      assert.equal(
        await host.ok(["run", "--rm", SITE, "cat", "/site/page"]),
        "one",
        "the image is as it was",
      );
    });

    test("containers that run at one time see the same, whichever starts or ends first", async () => {
      await create("--opt", `image=${SITE}`, "v");
      await start("a", ...flags);
      await shell("a", "echo a1 >/v/a1; echo changed >/v/site/page");
      await start("b", ...flags);
      assert.equal(await shell("b", "cat /v/a1 /v/site/page; echo b1 >/v/b1; rm /v/a1"), "a1\nchanged");
      assert.equal(await shell("a", "cat /v/b1; ls /v/a1 2>/dev/null || echo gone"), "b1\ngone");
      await host.ok(["stop", "--time", "0", "a"]);
      await start("c", ...flags, "--volumes-from", "b");
      await shell("b", "echo b2 >/v/b2");
      assert.equal(await shell("c", "cat /v/b2; echo c1 >/v/c1"), "b2");
      await host.ok(["start", "a"]);
      await host.ok(["stop", "--time", "0", "b", "c"]);
      assert.equal(await shell("a", "cat /v/b1 /v/b2 /v/c1"), "b1\nb2\nc1");
      await host.ok(["stop", "--time", "0", "a"]);
      await host.ok(["start", "b"]);
      assert.equal(await shell("b", "cat /v/site/page /v/c1"), "changed\nc1", "mounted anew");
    });
  });

describe("a killed monitor", () => {
  test("leaves a container that has it mounted: another one starts once that has ended", async () => {
    await create("--opt", `image=${SITE}`, "v");
    await start("a");
    await shell("a", "echo kept >/v/kept");
    const [monitor, pid] = (
      await host.ok(["inspect", "--format", "{{.State.ConmonPid}} {{.State.Pid}}", "a"])
    ).split(" ");
    process.kill(Number(monitor), "SIGKILL");
    const { code, stderr } = await run(["-v", "v:/v"], "cat /v/kept");
    assert.equal(code, 126);
    const why = `process ${pid} has it mounted, of a container whose monitor was killed: stop that container first`;
    assert.match(stderr, new RegExp(`^Error: mounting volume v for container [0-9a-f]{64}: ${why}\\n$`));
    await host.tspod(["stop", "--time", "0", "a"]);
    assert.deepEqual(await run(["-v", "v:/v"], "cat /v/kept"), said("kept\n"));
  });
});

test("containers that start at the same moment have one mount", async () => {
  await create("--opt", `image=${SITE}`, "v");
  const names = ["a", "b", "c", "d"];
  await Promise.all(names.map((name) => start(name)));
  for (const name of names) await shell(name, `echo ${name} >>/v/all`);
  for (const name of names) assert.equal(await shell(name, "cat /v/all"), "a\nb\nc\nd");
});

test("the keeper of the user namespace is killed: the next container has the same mount", async () => {
  await create("--opt", `image=${SITE}`, "v");
  await start("a");
  const [keeper] = [...host.processes()].find(([, line]) => line.includes("tspod-keeper")) ?? [];
  assert.ok(keeper, "no keeper");
  process.kill(keeper, "SIGKILL");
  await shell("a", "echo a >/v/a");
  await start("b");
  assert.equal(await shell("b", "cat /v/a; echo b >/v/b"), "a");
  assert.equal(await shell("a", "cat /v/b"), "b");
});

describe("files in and out", () => {
  test("cp, export, import and mount see what containers see, running or not", async () => {
    await create("--opt", `image=${SITE}`, "v");
    await host.ok(["create", "--name", "c", "-v", "v:/v", IMAGE, "true"]);
    const format = "{{range .Mounts}}{{.Name}} {{.Driver}} {{.Source}}{{end}}";
    assert.equal(await host.ok(["inspect", "--format", format, "c"]), `v image ${dataOf("v")}`);
    writeFileSync(join(host.directory, "in"), "in\n");
    await host.ok(["cp", join(host.directory, "in"), "c:/v/in"]);
    await start("r");
    assert.equal(await shell("r", "cat /v/in; echo live >/v/live"), "in");
    await host.ok(["cp", "r:/v/live", join(host.directory, "out")]);
    assert.equal(readFileSync(join(host.directory, "out"), "utf8"), "live\n");
    await host.ok(["volume", "export", "v", "-o", join(host.directory, "v.tar")]);
    await host.ok(["volume", "create", "copy"]);
    await host.ok(["volume", "import", "copy", join(host.directory, "v.tar")]);
    assert.deepEqual(await run(["-v", "copy:/c"], "cat /c/in /c/live /c/site/page"), said("in\nlive\none\n"));
    await create("--opt", `image=${IMAGE}`, "second");
    await host.ok(["volume", "import", "second", join(host.directory, "v.tar")]);
    assert.deepEqual(await run(["-v", "second:/c"], "cat /c/live"), said("live\n"));
    const mounted = await host.ok([
      "unshare",
      "sh",
      "-c",
      '"$0" volume mount v && cat "$("$0" volume mount v)/live" && "$0" volume unmount v',
      host.program,
    ]);
    assert.equal(mounted, `${dataOf("v")}\nlive\nv`);
    assert.deepEqual(
      await host.tspod(["volume", "mount", "v"]),
      refused('cannot run command "tspod volume mount" in rootless mode, must execute `tspod unshare` first'),
    );
  });

  test(":O changes nothing of it, :U gives it to the container's user, subpath shows a part", async () => {
    await create("--opt", `image=${SITE}`, "v");
    assert.deepEqual(await run(["-v", "v:/v:O"], "echo lost >/v/lost; cat /v/site/page"), said("one\n"));
    assert.deepEqual(await run(["-v", "v:/v"], "ls /v/lost 2>/dev/null || echo none"), said("none\n"));
    const part = ["--mount", "type=volume,src=v,dst=/v,subpath=site"];
    assert.deepEqual(await run(part, "ls /v; echo x >/v/x"), said("d\npage\n"));
    assert.deepEqual(
      await run(["--user", "7:8", "-v", "v:/v:U"], "stat -c %u:%g /v/site/page /v/site/x"),
      said("7:8\n7:8\n"),
    );
    assert.deepEqual(await host.tspod(["system", "check", "--quick"]), said(""));
  });

  test("a container with ids of its own sees the owners that the volume's files have", async () => {
    await create("--opt", `image=${SITE}`, "v");
    const { code, stdout } = await run(
      ["--userns", "keep-id:uid=1000,gid=1000", "-v", "v:/v"],
      "stat -c %u /v/site/d; id -u; echo mine >/v/site/mine",
    );
    assert.deepEqual([code, stdout], [0, "1000\n1000\n"]);
    assert.deepEqual(
      await run(["-v", "v:/v"], "cat /v/site/mine; stat -c %u /v/site/mine"),
      said("mine\n0\n"),
    );
  });
});

describe("its image", () => {
  test("is in use: rmi and prune leave it, rmi --force takes volume and containers as well", async () => {
    await host.ok(["tag", IMAGE, "localhost/other:1"]);
    writeFileSync(join(host.directory, "other"), `FROM ${IMAGE}\nRUN echo x >/x\n`);
    await host.ok([
      "build",
      "-q",
      "--network",
      "none",
      "-t",
      "localhost/other:1",
      "-f",
      join(host.directory, "other"),
      host.directory,
    ]);
    await create("--opt", "image=localhost/other:1", "v");
    await start("a");
    assert.deepEqual(
      await host.tspod(["rmi", "localhost/other:1"]),
      refused(
        "image used by volume v: image is in use by a volume: remove the volume, or force the removal of both",
        2,
      ),
    );
    await host.ok(["image", "prune", "--all", "--force", "--filter", "reference=localhost/other:1"]);
    assert.equal(await host.ok(["images", "--format", "{{.Containers}}", "localhost/other:1"]), "1");
    await host.ok(["rmi", "--force", "localhost/other:1"]);
    assert.equal(await host.ok(["volume", "ls", "-q"]), "");
    assert.equal(await host.ok(["ps", "-aq"]), "");
    assert.match(
      await host.ok(["events", "--stream=false", "--filter", "type=volume", "--filter", "event=remove"]),
      / volume remove v$/m,
    );
  });

  test("that is gone all the same: one line for each use, and the volume can be removed", async () => {
    await create("--opt", `image=${SITE}`, "v");
    const { image } = JSON.parse(readFileSync(join(store, "volumes/v/volume.json"), "utf8"));
    const layer = join(store, "layers", image.chainIds[1].slice("sha256:".length));
    renameSync(layer, `${layer}-away`);
    const exported = await host.tspod(["volume", "export", "v", "-o", "/dev/null"]);
    const started = await run(["-v", "v:/v"], "true");
    const removed = await host.tspod(["volume", "rm", "v"]);
    renameSync(`${layer}-away`, layer);
    const why = `layer "${image.chainIds[1]}" of its image is not in the store: pull ${image.id} again`;
    assert.deepEqual(exported, refused(`mounting volume v: ${why}`));
    assert.deepEqual([started.code, started.stdout], [126, ""]);
    const line = /^Error: mounting volume v for container [0-9a-f]{64}: (.*)\n$/.exec(started.stderr);
    assert.equal(line?.[1], why);
    assert.deepEqual(removed, said("v\n"));
  });
});

test("a damaged record: nothing is lost, and a repair sets the volume aside with what was written", async () => {
  await create("--opt", `image=${SITE}`, "v");
  await run(["-v", "v:/v"], "echo mine >/v/mine");
  writeFileSync(join(store, "volumes/v/volume.json"), "{");
  const { code, stderr } = await host.tspod(["rmi", "localhost/nosuch"]);
  assert.equal(code, 1, stderr);
  assert.equal((await host.tspod(["system", "check", "--quick"])).code, 125);
  const repaired = await host.tspod(["system", "check", "--quick", "--repair"]);
  const [, aside = ""] =
    /set aside, with what was written, as "([^"]+)"/.exec(repaired.stdout + repaired.stderr) ?? [];
  assert.equal(await host.ok(["unshare", "cat", join(aside, "upper/mine")]), "mine");
  assert.equal(await host.ok(["volume", "ls", "-q"]), "");
});

test("system df counts what was written, prune takes an unused one", async () => {
  await create("--opt", `image=${SITE}`, "v");
  await run(["-v", "v:/v"], "head -c 100000 /dev/zero >/v/big");
  const [, , , , volumes] = await host
    .ok(["system", "df", "-v"])
    .then((text) => text.split(/\n(?=\S.* space usage:)/));
  assert.match(volumes ?? (await host.ok(["system", "df", "-v"])), /^v +0 +100kB$/m);
  assert.equal(await host.ok(["volume", "prune", "--force"]), "v");
});

describe("Kubernetes YAML", () => {
  test("a claim with Podman's annotations is a volume of an image, and generate writes such a claim", async () => {
    await create("--opt", `image=${SITE}`, "claim");
    const claim = await host.ok(["kube", "generate", "claim"]);
    assert.match(claim, /volume\.podman\.io\/driver: image\n/);
    assert.match(claim, /volume\.podman\.io\/image: localhost\/site:1\n/);
    await host.ok(["volume", "rm", "claim"]);
    const pod = [
      "apiVersion: v1",
      "kind: Pod",
      "metadata: {name: p}",
      "spec:",
      "  volumes: [{name: data, persistentVolumeClaim: {claimName: claim}}]",
      `  containers: [{name: c, image: ${IMAGE}, command: [cat, /data/site/page], volumeMounts: [{name: data, mountPath: /data}]}]`,
      "  restartPolicy: Never",
      "",
    ].join("\n");
    await host.ok(["kube", "play", "-"], { input: `${claim}\n---\n${pod}` });
    await host.ok(["wait", "p-c"]);
    assert.equal(await host.ok(["logs", "p-c"]), "one");
    assert.equal(await host.ok(["volume", "ls", "-q", "--filter", "driver=image"]), "claim");
    const bad = claim.replaceAll("localhost/site:1", "nosuch").replaceAll("claim", "other");
    assert.deepEqual(
      await host.tspod(["kube", "play", "-"], { input: bad }),
      refused("looking up image nosuch to create volume failed: nosuch: image not known"),
    );
    await host.ok(["kube", "down", "--force", "-"], { input: `${claim}\n---\n${pod}` });
    assert.equal(await host.ok(["volume", "ls", "-q"]), "");
  });
});
