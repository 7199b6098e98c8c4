import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { requireProgram } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;
const at = (...names: string[]) => join(host.directory, ...names);

describe("a global flag that tspod can't hold is refused by name", () => {
  const lines = [
    [
      ["--volumepath", "/tmp", "volume", "ls"],
      "--volumepath is not supported: volumes are in the store: use --root",
    ],
    [
      ["--transient-store", "ps"],
      "--transient-store is not supported: tspod has no transient store: use --root with a directory on a tmpfs",
    ],
    [
      ["--cpu-profile", "/tmp/cpu", "ps"],
      "--cpu-profile is not supported: --trace FILE tells what takes the time",
    ],
    [
      ["--memory-profile", "/tmp/memory", "ps"],
      "--memory-profile is not supported: --trace FILE tells what takes the time",
    ],
    [["--context", "default", "ps"], "tspod has no remote mode: --context is not supported"],
    [["-H", "unix:///x", "ps"], "tspod has no remote mode: --host is not supported"],
    [
      ["--network-backend", "cni", "ps"],
      'cni support is not enabled in this build, only netavark. Got unsupported network backend "cni"',
    ],
    [
      ["--events-backend", "x", "ps"],
      'configuring runtime: "x" is not a valid events backend: invalid argument',
    ],
    [["--max-workers", "0", "ps"], "maximum workers must be set to a positive number (got 0)"],
    [
      ["--namespace", "x", "images"],
      "namespaces are not supported by this version of tspod, nor by Podman 5: not yet implemented",
    ],
    [
      ["--registries-conf", "/no/such", "images"],
      "configuring runtime: locating specified registries.conf: faccessat /no/such: no such file or directory",
    ],
    [
      ["run", "--rm", "--storage-opt", "size=1m", IMAGE, "true"],
      "--storage-opt size=1m is not supported: tspod has overlay of the kernel, without quotas",
    ],
  ] as const;
  for (const [args, message] of lines)
    test(args.slice(0, 4).join(" "), async () => {
      assert.deepEqual(await host.tspod(args), { code: 125, stdout: "", stderr: `Error: ${message}\n` });
      assert.equal(await host.ok(["ps", "-aq"]), "");
    });

  test("one that asks for nothing is none", async () => {
    const args = [
      "--events-backend",
      "file",
      "--transient-store=false",
      "--storage-opt",
      "overlay.mount_program=/usr/bin/x",
    ];
    assert.equal(await host.ok([...args, "run", "--rm", IMAGE, "echo", "well"]), "well");
  });
});

test("--db-backend takes podman's default, and nothing is made for another one", async () => {
  for (const backend of ["sqlite", ""])
    assert.equal(await host.ok(["--db-backend", backend, "info", "-f", "{{.Host.DatabaseBackend}}"]), "file");
  for (const [backend, message] of [
    [
      "boltdb",
      "the BoltDB backend has been deprecated, no new BoltDB databases can be created: invalid argument",
    ],
    ["x", 'unsupported database backend: "x"'],
  ] as const)
    assert.deepEqual(await host.tspod(["--db-backend", backend, "create", IMAGE]), {
      code: 125,
      stdout: "",
      stderr: `Error: ${message}\n`,
    });
  assert.equal(await host.ok(["ps", "-aq"]), "");
});

describe("--tmpdir", () => {
  const state = (...flags: string[]) =>
    host.ok([...flags, "info", "--format", "{{.Store.RunRoot}}"]).then((text) => text.trim());

  test("is the directory of what is gone after a reboot", async () => {
    assert.equal(await state("--tmpdir", at("t")), at("t"));
    assert.equal(await host.ok(["--tmpdir", at("t"), "run", "--rm", IMAGE, "echo", "well"]), "well");
  });

  test("--runroot goes before it, and an empty one asks for nothing", async () => {
    assert.equal(await state("--tmpdir", at("t"), "--runroot", at("r")), at("r"));
    assert.equal(await state("--tmpdir", ""), await state());
  });
});

describe("--module", () => {
  test("is read after all other files, by path or by name", async () => {
    writeFileSync(at("m.conf"), '[containers]\nenv = ["M=path"]\n');
    const modules = join(host.configDirectory, "containers/containers.conf.modules");
    mkdirSync(modules, { recursive: true });
    writeFileSync(join(modules, "named.conf"), '[containers]\nenv = ["M=name"]\n');
    const print = ["run", "--rm", IMAGE, "sh", "-c", "echo $M"];
    assert.equal(await host.ok(["--module", at("m.conf"), ...print]), "path");
    assert.equal(await host.ok(["--module", "named.conf", ...print]), "name");
    assert.equal(await host.ok(["--module", at("m.conf"), "--module", "named.conf", ...print]), "name");
  });

  test("that is not there ends the call", async () => {
    const { code, stdout, stderr } = await host.tspod(["--module", "/nosuch.conf", "ps"]);
    assert.deepEqual([code, stdout], [125, ""]);
    assert.equal(
      stderr,
      'Error: could not resolve module "/nosuch.conf": there is no such file as /nosuch.conf\n',
    );
    assert.deepEqual(await host.tspod(["--module", host.directory, "ps"]), {
      code: 125,
      stdout: "",
      stderr: `Error: reading "${host.directory}": "${host.directory}" is a directory\n`,
    });
  });
});

describe("small things of the command line", () => {
  test("a filter for a restart policy knows none, and refuses what is no policy", async () => {
    await host.ok(["create", "--name", "without", IMAGE]);
    await host.ok(["create", "--name", "always", "--restart", "always", IMAGE]);
    const names = (policy: string) =>
      host.ok(["ps", "-a", "--filter", `restart-policy=${policy}`, "--format", "{{.Names}}"]);
    assert.deepEqual(
      [await names("none"), await names("no"), await names("always")],
      ["without", "without", "always"],
    );
    for (const policy of ["fake", "on-failure:3", ""]) {
      const { code, stdout, stderr } = await host.tspod(["ps", "-a", "--filter", `restart-policy=${policy}`]);
      assert.deepEqual([code, stdout], [125, ""]);
      assert.match(stderr, new RegExp(`^Error: ${policy} ?invalid restart policy\n$`));
    }
    await host.ok(["rm", "without", "always"]);
  });

  test("a time may have a comma before its fraction, and an empty one is no bound", async () => {
    await host.ok(["run", "--name", "said", IMAGE, "echo", "word"]);
    for (const since of ["2020-01-01T00:00:00,123456789+00:00", ""]) {
      assert.equal(await host.ok(["logs", "--since", since, "said"]), "word");
      assert.match(
        await host.ok(["events", "--stream=false", "--since", since, "--until", ""]),
        /container start/,
      );
    }
    await host.ok(["rm", "said"]);
  });

  test("a log's path is one from the caller's directory", async () => {
    await host.ok(["run", "--rm", "--log-opt", "path=rel.log", IMAGE, "echo", "word"], {
      cwd: host.directory,
    });
    assert.match(await host.ok(["unshare", "cat", at("rel.log")]), /word/);
  });

  test("a blank before a variable's name is dropped", async () => {
    assert.equal(await host.ok(["run", "--rm", "-e", " A=1", IMAGE, "sh", "-c", "echo $A"]), "1");
  });
});

describe("[engine.runtimes] of containers.conf", () => {
  const conf = at("runtimes.conf");
  const env = { CONTAINERS_CONF: conf };
  const own = at("own-runtime");
  mkdirSync(at("bin"), { recursive: true });

  test("gives runtimes their names: the first path that is there counts", async () => {
    const crun = requireProgram("crun", "crun");
    writeFileSync(conf, `[engine.runtimes]\nmine = ["${own}/none", "${crun}"]\n`);
    const args = ["--runtime", "mine", "run", "--name", "by-name", IMAGE, "echo", "well"];
    assert.equal(await host.ok(args, { env }), "well");
    assert.equal(await host.ok(["inspect", "--format", "{{.OCIRuntime}}", "by-name"]), "mine");
    assert.equal(await host.ok(["start", "-a", "by-name"]), "well");
    assert.equal(
      await host.ok(
        ["--runtime", "mine", "info", "--format", "{{.Host.OCIRuntime.Name}} {{.Host.OCIRuntime.Path}}"],
        { env },
      ),
      `mine ${crun}`,
    );
    await host.ok(["rm", "by-name"]);
  });

  test("with runtime= as the default", async () => {
    const crun = requireProgram("crun", "crun");
    writeFileSync(conf, `[engine]\nruntime = "mine"\n[engine.runtimes]\nmine = ["${crun}"]\n`);
    assert.equal(await host.ok(["run", "--rm", IMAGE, "echo", "well"], { env }), "well");
  });

  test("a name that is nowhere, and a table of something else, end the call in one line", async () => {
    writeFileSync(conf, `[engine.runtimes]\nmine = ["${own}/none"]\n`);
    const { code, stderr } = await host.tspod(["--runtime", "mine", "run", "--rm", IMAGE, "true"], { env });
    assert.ok(code === 125 || code === 127, String(code));
    assert.match(stderr, /^Error: OCI runtime "mine" not found: [^\n]*\n$/);
    writeFileSync(conf, '[engine.runtimes]\nmine = "crun"\n');
    const wrong = await host.tspod(["ps"], { env });
    assert.equal(wrong.code, 125);
    assert.match(wrong.stderr, /runtimes\.conf:1: runtimes must be a table of lists of paths\n$/);
  });
});

test("[engine.runtimes_flags]: flags for the runtime of that name, before those of --runtime-flag", async () => {
  const conf = at("runtimes-flags.conf");
  const env = { CONTAINERS_CONF: conf };
  writeFileSync(conf, '[engine.runtimes_flags]\ncrun = ["invalid-flag"]\nother = ["never"]\n');
  const run = ["--runtime", "crun", "run", "--rm", IMAGE, "true"];
  const { code, stdout, stderr } = await host.tspod(run, { env });
  assert.deepEqual([code, stdout], [126, ""]);
  assert.match(stderr, /invalid-flag/);
  writeFileSync(conf, '[engine.runtimes_flags]\nother = ["invalid-flag"]\n');
  assert.deepEqual(await host.tspod(run, { env }), { code: 0, stdout: "", stderr: "" });
  writeFileSync(conf, '[engine.runtimes_flags]\ncrun = "debug"\n');
  const wrong = await host.tspod(["ps"], { env });
  assert.equal(wrong.code, 125);
  assert.match(wrong.stderr, /runtimes-flags\.conf:1: runtimes_flags must be a table of lists of flags\n$/);
});

test("--events-backend journald: events are in the file all the same", async () => {
  const backend = ["--events-backend", "journald"];
  await host.ok([...backend, "volume", "create", "told"]);
  const told = await host.ok([...backend, "events", "--stream=false", "--filter", "volume=told"]);
  assert.match(told, / volume create told/);
  assert.equal(await host.ok([...backend, "info", "--format", "{{.Host.EventLogger}}"]), "file");
});

describe("none keeps no events", () => {
  const untold = async (name: string, flags: readonly string[], env: Record<string, string>) => {
    await host.ok([...flags, "volume", "create", name], { env });
    await host.ok([...flags, "run", "--rm", "--name", `${name}-run`, IMAGE, "true"], { env });
    assert.equal(await host.ok([...flags, "info", "--format", "{{.Host.EventLogger}}"], { env }), "none");
    const refused = 'Error: cannot read events with the "none" backend\n';
    const asked = await host.tspod([...flags, "events", "--stream=false"], { env });
    assert.deepEqual(asked, { code: 125, stdout: "", stderr: refused });
    const all = await host.ok(["events", "--stream=false"]);
    assert.doesNotMatch(all, new RegExp(name));
    await host.ok(["volume", "rm", name]);
  };

  test("--events-backend none", () => untold("silent", ["--events-backend", "none"], {}));

  test("events_logger of containers.conf", async () => {
    const conf = at("no-events.conf");
    writeFileSync(conf, '[engine]\nevents_logger = "none"\n');
    await untold("mute", [], { CONTAINERS_CONF_OVERRIDE: conf });
    writeFileSync(conf, '[engine]\nevents_logger = "x"\n');
    const { code, stderr } = await host.tspod(["ps"], { env: { CONTAINERS_CONF_OVERRIDE: conf } });
    assert.equal(code, 125);
    assert.match(stderr, /^Error: [^\n]*no-events\.conf:2: "x" is not a valid events backend: [^\n]*\n$/);
  });
});

test("what has no effect here is taken, as podman 5.8 takes it", async () => {
  const flags = ["--network-backend", "netavark", "--max-workers", "3", "--ssh", "native", "--tls-ca", "x"];
  assert.equal(await host.ok([...flags, "--cni-config-dir", at("nets"), "volume", "ls", "-q"]), "told");
});

test("--registries-conf is read in place of registries.conf", async () => {
  const file = at("own-registries.conf");
  writeFileSync(file, 'unqualified-search-registries = ["own.example"]\n');
  const search = ["info", "--format", "{{.Registries.search}}"];
  assert.equal(await host.ok(["--registries-conf", file, ...search]), "[own.example]");
});

test("--pull-option is taken, as podman 5.8's, and changes nothing", async () => {
  for (const option of ["enable_partial_images=true", "other=1", ""])
    assert.equal(await host.ok(["--pull-option", option, "volume", "ls", "-q"]), "told");
  const { code, stdout, stderr } = await host.tspod(["--pull-option", "x", "volume", "ls"]);
  assert.deepEqual([code, stdout, stderr], [125, "", "Error: invalid pull option: x\n"]);
});

test("the last line of --log-level debug is podman's, after an error, too", async () => {
  for (const args of [
    ["volume", "ls"],
    ["rm", "nosuch"],
    ["run", "--rm", IMAGE, "true"],
  ]) {
    const { stderr } = await host.tspod(["--log-level", "debug", ...args]);
    assert.match(stderr, /level=debug msg="Shutting down engines"\n/, args.join(" "));
  }
});
