import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, beforeEach, describe, test } from "node:test";
import { IMAGE, makeWorld } from "../support/world.ts";

/* Devices of the Container Device Interface: /dev/null and its like, under other names. */

const world = await makeWorld();
after(() => world.close());
const { host } = world;
const at = (name: string) => join(host.directory, name);
const specs = at("cdi");
mkdirSync(specs);
writeFileSync(at("data.txt"), "data\n");

const write = (name: string, spec: object | string, directory = specs) =>
  writeFileSync(join(directory, name), typeof spec === "string" ? spec : JSON.stringify(spec));
const device = (name: string, containerEdits: object, rest: object = {}) => ({
  cdiVersion: "0.7.0",
  kind: "vendor.com/device",
  devices: [{ name, containerEdits }],
  ...rest,
});
const run = (flags: readonly string[], ...command: string[]) =>
  host.tspod(["--cdi-spec-dir", specs, "run", "--rm", "--network", "none", ...flags, IMAGE, ...command]);
const of = (name: string) => ["--device", `vendor.com/device=${name}`];

beforeEach(() => {
  rmSync(specs, { recursive: true });
  mkdirSync(specs);
});

describe("what a device brings", () => {
  test("nodes, under another name too, and variables of its spec and its own", async () => {
    write(
      "a.json",
      device(
        "null",
        {
          env: ["OWN=1", "FOO=device"],
          deviceNodes: [{ path: "/dev/mynull", hostPath: "/dev/null" }, { path: "/dev/fuse" }],
        },
        { containerEdits: { env: ["ALL=yes"] } },
      ),
    );
    const script = "stat -c '%F %t:%T' /dev/mynull; ls /dev/fuse; echo x > /dev/mynull; echo $OWN $ALL $FOO";
    const result = await run(["-e", "FOO=flag", ...of("null")], "sh", "-c", script);
    assert.deepEqual(result, {
      code: 0,
      stdout: "character special file 1:3\n/dev/fuse\n1 yes device\n",
      stderr: "",
    });
  });

  test("mounts, groups, and YAML", async () => {
    write(
      "b.yaml",
      `cdiVersion: "0.7.0"\nkind: vendor.com/device\ndevices:\n- name: "0"\n  containerEdits:\n    additionalGids: [5]\n    mounts:\n    - hostPath: ${at("data.txt")}\n      containerPath: /etc/device.txt\n      options: [ro, nosuid, nodev, bind]\n`,
    );
    const result = await run(of("0"), "sh", "-c", "cat /etc/device.txt; id -G; echo x > /etc/device.txt");
    assert.equal(result.stdout, "data\n0 5\n");
    assert.match(result.stderr, /Read-only file system/);
    assert.equal(readFileSync(at("data.txt"), "utf8"), "data\n");
  });

  test("hooks, with their environment", async () => {
    const hook = {
      hookName: "createRuntime",
      path: "/bin/sh",
      args: ["sh", "-c", `cat > ${at("hooked")}; echo $A >> ${at("hooked")}`],
      env: ["A=b"],
    };
    write("c.json", device("hooked", { hooks: [hook] }));
    assert.equal((await run(of("hooked"), "true")).code, 0);
    assert.match(readFileSync(at("hooked"), "utf8"), /"status": ?"creat(?:ed|ing)"[\s\S]*\nb\n$|\}b\n$/);
    // It reads its state, or crun may complain of the pipe instead.
    const failing = { ...hook, args: ["sh", "-c", "cat > /dev/null; false"] };
    write("c.json", device("hooked", { hooks: [failing] }));
    const failed = await run(of("hooked"), "true");
    assert.notEqual(failed.code, 0);
    assert.match(failed.stderr, /hook/);
  });

  test("several at once, a spec's own edits once; the later directory counts", async () => {
    const later = at("later");
    mkdirSync(later, { recursive: true });
    write("a.json", {
      cdiVersion: "0.6.0",
      kind: "vendor.com/device",
      devices: [
        { name: "one", containerEdits: { env: ["ONE=1"] } },
        { name: "two", containerEdits: { env: ["TWO=2"] } },
      ],
    });
    write("a.json", device("two", { env: ["TWO=later"] }), later);
    const result = await host.tspod([
      ...["--cdi-spec-dir", specs, "--cdi-spec-dir", later],
      ...[
        "run",
        "--rm",
        "--network",
        "none",
        ...of("one"),
        ...of("two"),
        IMAGE,
        "sh",
        "-c",
        "echo $ONE $TWO",
      ],
    ]);
    assert.deepEqual(result, { code: 0, stdout: "1 later\n", stderr: "" });
  });

  test("--gpus is nvidia.com/gpu; containers.conf names the directories; create, inspect and start", async () => {
    write("gpu.json", { ...device("all", { env: ["GPU=all"] }), kind: "nvidia.com/gpu" });
    write("gpu2.json", { ...device("1", { env: ["GPU=one"] }), kind: "nvidia.com/gpu" });
    assert.equal((await run(["--gpus", "all"], "sh", "-c", "echo $GPU")).stdout, "all\n");
    assert.equal((await run(["--gpus", "device=1"], "sh", "-c", "echo $GPU")).stdout, "one\n");
    writeFileSync(at("cdi.conf"), `[engine]\ncdi_spec_dirs = ["${specs}"]\n`);
    const module = ["--module", at("cdi.conf")];
    await host.ok([...module, "create", "--name", "c", "--gpus", "all", IMAGE, "sh", "-c", "echo $GPU"]);
    assert.equal(await host.ok([...module, "start", "-a", "c"]), "all");
    assert.equal(await host.ok(["inspect", "-f", "{{json .HostConfig.Devices}}", "c"]), "[]");
    const without = await host.tspod(["start", "c"]);
    assert.equal(without.code, 125);
    assert.match(without.stderr, /setting up CDI devices: unresolvable CDI devices nvidia\.com\/gpu=all/);
    await host.ok(["rm", "c"]);
  });
});

describe("what is refused", () => {
  const edits = { env: ["X=1"] };
  for (const [name, spec, message] of [
    ["a device that no spec has", device("other", edits), "unresolvable CDI devices vendor.com/device=x"],
    [
      "a version of tomorrow",
      { ...device("x", edits), cdiVersion: "9.9.0" },
      /unresolvable CDI devices vendor\.com\/device=x \(".*\/a\.json": invalid CDI spec: version "9\.9\.0" is not known: up to 1\.1\.0\)/,
    ],
    [
      "what its version has not",
      { ...device("x", { deviceNodes: [{ path: "/dev/a", hostPath: "/dev/null" }] }), cdiVersion: "0.4.0" },
      /deviceNodes\.hostPath takes version 0\.5\.0, the spec says 0\.4\.0\)/,
    ],
    ["no JSON", "{", /invalid CDI spec: it is not JSON\)/],
    ["a wrong type", device("x", { env: "X=1" }), /a\.json": invalid CDI spec.*env/],
    [
      "a relative path",
      device("x", { deviceNodes: [{ path: "null" }] }),
      /invalid CDI spec.*an absolute path/,
    ],
    [
      "a node that is not there",
      device("x", { deviceNodes: [{ path: "/dev/nosuch" }] }),
      'failed to inject devices: failed to stat CDI host device "/dev/nosuch": no such file or directory',
    ],
    [
      "a node that is a file",
      device("x", { deviceNodes: [{ path: "/etc/passwd" }] }),
      'failed to inject devices: "/etc/passwd" is no device',
    ],
    [
      "another file system",
      device("x", { mounts: [{ hostPath: "/a", containerPath: "/b", type: "tmpfs" }] }),
      'a mount of type "tmpfs" on "/b" is not supported',
    ],
  ] as const)
    test(name, async () => {
      write("a.json", spec);
      const result = await run(of("x"), "true");
      assert.deepEqual([result.code, result.stdout], [126, ""], result.stderr);
      const line = result.stderr.split("\n")[0] ?? "";
      if (typeof message === "string") assert.equal(line, `Error: setting up CDI devices: ${message}`);
      else assert.match(line, message);
    });

  test("two specs with one device, while others go on; what is no qualified name is a path", async () => {
    write("a.json", device("x", edits));
    write("b.json", device("x", edits));
    write("c.json", { ...device("y", edits), kind: "vendor.com/other" });
    const twice = await run(of("x"), "true");
    assert.match(
      twice.stderr,
      /unresolvable CDI devices vendor\.com\/device=x \(vendor\.com\/device=x stands in two specs\)/,
    );
    assert.equal((await run(["--device", "vendor.com/other=y"], "sh", "-c", "echo $X")).stdout, "1\n");
    const path = await run(["--device", "vendor.com/other"], "true");
    assert.notEqual(path.code, 0);
    assert.match(path.stderr, /vendor\.com\/other.*no such file or directory/);
  });
});
