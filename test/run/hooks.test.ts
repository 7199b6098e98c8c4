import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, describe, test } from "node:test";
import { IMAGE, makeWorld, untilEnded } from "../support/world.ts";

/** OCI hooks, compared with what podman 5.8.6 does. */
const world = await makeWorld();
after(() => world.close());
const { host } = world;
const [one, two] = ["one", "two"].map((name) => join(host.directory, name)) as [string, string];
const log = join(host.directory, "log");
const script = join(host.directory, "hook.sh");
writeFileSync(script, `#!/bin/sh\ncat >/dev/null\necho "$1 $WORD" >>${log}\n`, { mode: 0o755 });

const put = (directory: string, name: string, content: string | object) => {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, name), typeof content === "string" ? content : JSON.stringify(content));
};
const logging = (word: string, ...stages: string[]) => ({
  version: "1.0.0",
  when: { always: true },
  hook: { path: script, args: ["hook", stages[0] ?? ""], env: [`WORD=${word}`] },
  stages,
});
const running = (path: string, args: string[], ...stages: string[]) => ({
  version: "1.0.0",
  when: { always: true },
  hook: { path, args },
  stages,
});
const logged = () => (existsSync(log) ? readFileSync(log, "utf8").trimEnd().split("\n") : []);
const run = (...words: string[]) => host.tspod(["run", "--rm", "--network", "none", ...words]);

afterEach(async () => {
  await host.tspod(["rm", "-af", "-t", "0"]);
  for (const path of [one, two, log]) rmSync(path, { recursive: true, force: true });
});

for (const runtime of ["crun", "runc"])
  describe(runtime, () => {
    const global = ["--runtime", runtime, "--hooks-dir"];

    test("each stage; a run by the restart policy has them again", async () => {
      for (const stage of ["prestart", "createRuntime", "createContainer", "poststart", "poststop"])
        put(one, `${stage}.json`, logging("x", stage));
      const flags = ["-d", "--name", "again", "--restart", "on-failure:1", "--network", "none"];
      await host.ok([...global, one, "run", ...flags, IMAGE, "false"]);
      await untilEnded(host, "again");
      const once = ["createContainer x", "createRuntime x", "poststart x", "poststop x", "prestart x"];
      assert.deepEqual(logged().sort(), [...once, ...once].sort());
    });

    test("startContainer runs in the container", async () => {
      put(one, "a.json", running("/bin/sh", ["sh", "-c", "echo inside >/made"], "startContainer"));
      const result = await host.tspod([...global, one, "run", "--rm", IMAGE, "cat", "/made"]);
      assert.deepEqual(result, { code: 0, stdout: "inside\n", stderr: "" });
    });

    test("one that fails keeps the container from starting", async () => {
      put(one, "a.json", running("/bin/false", ["false"], "prestart"));
      const result = await host.tspod([...global, one, "run", "--rm", IMAGE, "echo", "ran"]);
      assert.deepEqual([result.code, result.stdout], [126, ""]);
      assert.match(result.stderr, /^Error: (?:crun|runc): [^\n]*hook[^\n]*\n$/);
      assert.equal(await host.ok(["ps", "-aq"]), "");
    });

    test("poststop: it runs where the container has gone, whatever it says", async () => {
      put(one, "a.json", running("/bin/false", ["false"], "poststop"));
      put(one, "b.json", logging("x", "poststop"));
      const result = await host.tspod([...global, one, "run", "--rm", IMAGE, "echo", "ran"]);
      assert.deepEqual([result.code, result.stdout], [0, "ran\n"]);
    });
  });

test("in the order of the names, whatever their case; of two with one name the later directory's", async () => {
  put(one, "B.json", logging("b", "prestart"));
  put(one, "a.json", logging("a", "prestart"));
  put(one, "c.json", logging("lost", "prestart"));
  put(two, "c.json", logging("c", "prestart"));
  put(two, "c.txt", "no hook");
  symlinkSync("nosuch", join(two, "d.json"));
  put(two, "e.json", running("/nosuch/program", [], "prestart"));
  assert.equal((await run("--hooks-dir", one, "--hooks-dir", two, IMAGE, "true")).stderr, "");
  assert.deepEqual(logged(), ["prestart a", "prestart b", "prestart c"]);
});

test("by annotation, by program, by mounts", async () => {
  put(one, "a.json", { ...logging("annotated", "prestart"), when: { annotations: { "^kind$": "^w" } } });
  put(one, "b.json", { ...logging("shell", "prestart"), when: { commands: ["sh$"] } });
  put(one, "c.json", { ...logging("mounts", "prestart"), when: { hasBindMounts: true } });
  for (const [words, expected] of [
    [[IMAGE, "true"], []],
    [["--annotation", "kind=web", IMAGE, "true"], ["prestart annotated"]],
    [[IMAGE, "sh", "-c", "true"], ["prestart shell"]],
    [["-v", `${host.directory}:/here`, IMAGE, "true"], ["prestart mounts"]],
  ] as const) {
    rmSync(log, { force: true });
    assert.equal((await run("--hooks-dir", one, ...words)).code, 0);
    assert.deepEqual(logged(), expected);
  }
});

describe("precreate", () => {
  test("what it writes takes the spec's place", async () => {
    put(one, "a.json", running("/bin/sed", ["sed", 's/"ran"/"changed"/'], "precreate"));
    put(one, "b.json", running("/bin/sed", ["sed", 's/"changed"/"twice"/'], "precreate"));
    const result = await run("--hooks-dir", one, IMAGE, "echo", "ran");
    assert.deepEqual(result, { code: 0, stdout: "twice\n", stderr: "" });
  });

  for (const [name, hook, reason] of [
    ["fails", running("/bin/false", ["false"], "precreate"), "executing /bin/false: exit status 1"],
    [
      "writes nothing",
      running("/bin/true", ["true"], "precreate"),
      "hook /bin/true has not written a runtime spec",
    ],
    ["is no program", running("/etc/passwd", [], "precreate"), "executing /etc/passwd: permission denied"],
    [
      "takes too long",
      {
        ...running("/bin/sleep", ["sleep", "60"], "precreate"),
        hook: { path: "/bin/sleep", args: ["sleep", "60"], timeout: 1 },
      },
      "hook /bin/sleep took longer than 1 seconds",
    ],
  ] as const)
    test(`one that ${name}`, async () => {
      put(one, "a.json", hook);
      assert.deepEqual(await run("--hooks-dir", one, IMAGE, "echo", "ran"), {
        code: 126,
        stdout: "",
        stderr: `Error: setting up OCI Hooks: ${reason}\n`,
      });
    });
});

test("a file that says no hook, and a directory that is none, are one line", async () => {
  for (const [content, reason] of [
    ["{", /it is not JSON: [^\n]*/],
    [{ version: "1.0.0", hook: { path: "/bin/true" }, stages: ["x"] }, /unknown stage "x"/],
  ] as const) {
    put(one, "a.json", content);
    const result = await run("--hooks-dir", one, IMAGE, "true");
    assert.deepEqual([result.code, result.stdout], [126, ""]);
    const words = `^Error: setting up OCI Hooks: parsing hook "${one}/a\\.json": ${reason.source}\n$`;
    assert.match(result.stderr, new RegExp(words));
  }
  assert.deepEqual(await run("--hooks-dir", script, IMAGE, "true"), {
    code: 126,
    stdout: "",
    stderr: `Error: setting up OCI Hooks: open ${script}: not a directory\n`,
  });
  assert.equal((await run("--hooks-dir", "/nosuch", IMAGE, "true")).code, 0);
});

test("build: each RUN has them", async () => {
  put(one, "a.json", logging("built", "prestart"));
  const context = join(host.directory, "context");
  put(context, "Containerfile", `FROM ${IMAGE}\nRUN true\nRUN echo two\n`);
  await host.ok(["build", "-q", "--no-cache", "--network", "none", "--hooks-dir", one, context]);
  assert.deepEqual(logged(), ["prestart built", "prestart built"]);
});

test("hooks_dir of containers.conf; a flag takes its place; a start has those of its own call", async () => {
  put(one, "a.json", logging("conf", "prestart"));
  put(two, "a.json", logging("flag", "prestart"));
  const file = join(host.directory, "hooks.conf");
  writeFileSync(file, `[engine]\nhooks_dir = ["${one}"]\n`);
  const env = { CONTAINERS_CONF_OVERRIDE: file };
  await host.ok(["run", "--name", "c", IMAGE, "true"], { env });
  await host.ok(["--hooks-dir", "two", "start", "-a", "c"], { env, cwd: host.directory });
  await host.ok(["start", "-a", "c"]);
  assert.deepEqual(logged(), ["prestart conf", "prestart flag"]);
});
