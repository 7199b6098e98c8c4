import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { IMAGE, makeWorld } from "../support/world.ts";

/* Flags that Podman has had since 5.0, each with what it does, and forms of before that it takes. */

const world = await makeWorld();
after(() => world.close());
const { host } = world;
const file = (name: string) => join(host.directory, name);

test("--out writes standard output into a file, also that of what tspod becomes or starts", async () => {
  const out = file("out");
  assert.deepEqual(await host.tspod(["--out", out, "version", "--format", "{{.Client.OsArch}}"]), {
    code: 0,
    stdout: "",
    stderr: "",
  });
  assert.match(readFileSync(out, "utf8"), /^linux\/\w+\n$/);
  const run = ["--out", out, "run", "--rm", IMAGE, "sh", "-c", "echo in; echo err >&2; exit 3"];
  assert.deepEqual(await host.tspod(run), { code: 3, stdout: "", stderr: "err\n" });
  assert.equal(readFileSync(out, "utf8"), "in\n");
  for (const [path, reason] of [
    ["/nosuch/x", "no such file or directory"],
    ["/", "is a directory"],
    ["/etc/passwd", "permission denied"],
  ] as const)
    assert.deepEqual(await host.tspod(["--out", path, "version"]), {
      code: 125,
      stdout: "",
      stderr: `Error: --out: opening "${path}": ${reason}\n`,
    });
});

test("--noout prints nothing on standard output, not even what tspod becomes or starts does", async () => {
  const silent = (...args: string[]) => host.tspod(["--noout", ...args]);
  assert.deepEqual(await silent("version"), { code: 0, stdout: "", stderr: "" });
  assert.deepEqual(await silent("unshare", "echo", "in"), { code: 0, stdout: "", stderr: "" });
  const script = "echo in; echo err >&2; exit 3";
  assert.deepEqual(await silent("run", "--rm", IMAGE, "sh", "-c", script), {
    code: 3,
    stdout: "",
    stderr: "err\n",
  });
  const out = file("dropped");
  assert.equal((await silent("--out", out, "version")).stdout, "");
  assert.equal(readFileSync(out, "utf8"), "");
});

describe("wait --exit-first-match", () => {
  test("ends with the first, and prints its code alone", async () => {
    await host.ok(["run", "-d", "--name", "long", IMAGE, "sleep", "1000"]);
    await host.ok(["run", "-d", "--name", "short", IMAGE, "sh", "-c", "sleep 1; exit 7"]);
    assert.equal(await host.ok(["wait", "--exit-first-match", "long", "short"]), "7");
    assert.equal(await host.ok(["inspect", "-f", "{{.State.Status}}", "long"]), "running");
    assert.equal(
      await host.ok(["wait", "--exit-first-match", "--condition", "running", "short", "long"]),
      "-1",
    );
    assert.equal(await host.ok(["wait", "--exit-first-match", "--ignore", "nosuch"]), "");
    await host.ok(["rm", "-ft0", "long", "short"]);
  });
});

describe("commit --config", () => {
  test("is merged into the image's config, and goes before --change", async () => {
    await host.ok(["create", "--name", "made", "-e", "A=1", "-l", "one=1", IMAGE, "true"]);
    const config = {
      User: "nobody",
      Env: ["B=2"],
      Cmd: ["/bin/x"],
      Labels: { two: "2" },
      WorkingDir: "/tmp",
    };
    writeFileSync(file("config.json"), JSON.stringify(config));
    await host.ok(["commit", "-q", "--config", file("config.json"), "-c", "WORKDIR /srv", "made", "merged"]);
    const merged = JSON.parse(await host.ok(["image", "inspect", "-f", "{{json .Config}}", "merged"]));
    assert.deepEqual([merged.User, merged.Cmd, merged.WorkingDir], ["nobody", ["/bin/x"], "/srv"]);
    assert.ok(merged.Env.includes("A=1") && merged.Env.includes("B=2"));
    assert.deepEqual([merged.Labels.one, merged.Labels.two], ["1", "2"]);
  });

  for (const [name, content, message] of [
    ["no-json", "{bad", /^Error: invalid image config in ".*no-json": it is not JSON\n$/],
    ["no-list", '{"Cmd": 3}', /^Error: invalid image config in ".*no-list" at Cmd: it must be a list\n$/],
    ["missing", undefined, /^Error: stat .*missing: no such file or directory\n$/],
  ] as const)
    test(`refused: ${name}`, async () => {
      if (content !== undefined) writeFileSync(file(name), content);
      const { code, stderr } = await host.tspod(["commit", "--config", file(name), "made", "bad"]);
      assert.equal(code, 125);
      assert.match(stderr, message);
      assert.equal((await host.tspod(["image", "exists", "bad"])).code, 1);
    });
});

describe("prune and check", () => {
  test("system prune --external removes nothing that is anybody's, and goes with nothing else", async () => {
    await host.ok(["create", "--name", "stays", IMAGE, "true"]);
    assert.match(await host.ok(["system", "prune", "--external", "-f"]), /^Total reclaimed space: 0B$/);
    assert.equal(await host.ok(["container", "exists", "stays"]), "");
    assert.equal(
      (await host.tspod(["system", "prune", "--external", "--all", "-f"])).stderr,
      "Error: system prune --external cannot be combined with other options\n",
    );
    await host.ok(["system", "prune", "--build", "-f"]);
    assert.equal((await host.tspod(["container", "exists", "stays"])).code, 1);
  });

  test("image prune --build-cache takes the directories of cache mounts", async () => {
    writeFileSync(file("Containerfile"), `FROM ${IMAGE}\nRUN --mount=type=cache,target=/c touch /c/kept\n`);
    await host.ok(["build", "-q", "-t", "cached", "-f", file("Containerfile"), host.directory]);
    const mounts = async () =>
      (await host.ok(["builder", "du"])).split("\n").filter((line) => /exec\.cachemount/.test(line));
    const before = await mounts();
    assert.ok(before.length > 0);
    await host.ok(["image", "prune", "-f", "--build-cache"]);
    assert.deepEqual(await mounts(), []);
  });

  test("system check --force, --max", async () => {
    assert.match(await host.ok(["system", "check", "--force", "--max", "1h"]), /^(ok.*)?$/);
    const { code, stderr } = await host.tspod(["system", "check", "--max", "soon"]);
    assert.deepEqual([code, stderr.includes("soon")], [125, true]);
  });
});

test("flags that are taken without effect, and other names of flags", async () => {
  await host.ok(["run", "-d", "--name", "plain", IMAGE, "sh", "-c", "echo hi; sleep 1000"]);
  for (const args of [
    ["logs", "--details", "plain"],
    ["info", "--debug", "--format", "{{.Host.OS}}"],
    ["info", "-D", "--format", "{{.Host.OS}}"],
    ["ps", "--storage"],
    ["save", "--signature-policy", "/dev/null", "-o", file("saved.tar"), IMAGE],
    ["import", "--signature-policy", "/dev/null", file("saved.tar")],
    ["run", "--rm", "--override-os", "linux", "--pull", "never", IMAGE, "true"],
  ])
    await host.ok(args);
  assert.ok(existsSync(file("saved.tar")));
  await host.ok(["rm", "-ft0", "plain"]);
});

test("manifest rm --ignore, run --rdt-class", async () => {
  await host.ok(["manifest", "create", "listed"]);
  await host.ok(["manifest", "rm", "--ignore", "nosuch", "listed"]);
  assert.equal((await host.tspod(["manifest", "exists", "listed"])).code, 1);
  for (const [flag, reason] of [
    ["--rdt-class=x", "--rdt-class is not supported: resctrl takes root's rights"],
  ] as const) {
    const { code, stderr } = await host.tspod(["run", "--rm", flag, IMAGE, "true"]);
    assert.deepEqual([code, stderr.startsWith(`Error: ${reason}`)], [125, true]);
  }
});

describe("forms that Podman hides", () => {
  test("rm --storage is taken, and changes nothing", async () => {
    await host.ok(["create", "--name", "stored", IMAGE, "true"]);
    assert.equal(await host.ok(["rm", "--storage", "stored"]), "stored");
    const missing = await host.tspod(["rm", "--storage", "stored"]);
    assert.deepEqual([missing.code, missing.stdout], [1, ""]);
    assert.match(missing.stderr, /no container with ID or name "stored" found/);
  });

  test("top --list-descriptors names what top itself takes", async () => {
    const names = (await host.ok(["top", "--list-descriptors"])).split("\n");
    assert.deepEqual(names, names.toSorted());
    assert.ok(names.includes("hpid") && names.includes("capeff"));
    await host.ok(["run", "-d", "--name", "topped", IMAGE, "sleep", "1000"]);
    const rows = (await host.ok(["top", "topped", names.join(",")])).split("\n");
    assert.equal(rows.length, 2);
    await host.ok(["rm", "-ft0", "topped"]);
  });

  test("container cleanup --exec: a running session, one that is none, and what goes with it", async () => {
    await host.ok(["run", "-d", "--name", "execs", IMAGE, "sleep", "1000"]);
    await host.ok(["exec", "-d", "execs", "sleep", "1000"]);
    const session = await host.ok(["inspect", "-f", "{{index .ExecIDs 0}}", "execs"]);
    for (const [args, message] of [
      [[session, "execs"], /^Error: cannot clean up exec session \w+ of container \w+: it is running\n$/],
      [
        ["nosuch", "execs"],
        /^Error: container \w+ has no exec session with ID nosuch: no such exec session\n$/,
      ],
      [[session, "--rmi", "execs"], /^Error: exec and rmi options conflict\n/],
      [[session, "--all"], /^Error: exec and all\/latest options conflict\n/],
      [[session, "a", "b"], /^Error: cannot use exec option when more than one container is given\n/],
    ] as const) {
      const result = await host.tspod(["container", "cleanup", "--exec", ...args]);
      assert.deepEqual([result.code, result.stdout], [125, ""]);
      assert.match(result.stderr, message);
    }
    await host.ok(["rm", "-ft0", "execs"]);
  });
});
