import assert from "node:assert/strict";
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { until } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;

const RUN = ["run", "--network", "none"];

/** A runtime that does something before it is crun. */
function runtime(name: string, script: string): string {
  const path = join(host.directory, name);
  writeFileSync(path, `#!/bin/sh\n${script}\nexec crun "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}

async function nothingLeft(): Promise<void> {
  assert.equal(await host.ok(["ps", "-a", "-q"]), "");
  assert.deepEqual(readdirSync(join(host.runtimeDirectory, "tspod/containers")), []);
  assert.deepEqual(readdirSync(join(host.dataDirectory, "tspod/containers")), []);
  await until(
    () => ![...host.processes().values()].some((line) => /monitor|slirp/.test(line)),
    "no helper left",
  );
}

describe("run leaves the rest of the start to its client", () => {
  // From the second container on the compiled filter is there: nothing is left for the command to do.
  before(() => host.ok([...RUN, "--rm", IMAGE, "true"]));

  test("the command is gone while the runtime is at work", async () => {
    const seen = join(host.directory, "seen");
    const slow = runtime("slow", `case " $* " in *" create "*) sleep 1; ps -e -o args= >${seen} ;; esac`);
    const result = await host.tspod(["--runtime", slow, ...RUN, "--rm", IMAGE, "echo", "hi"]);
    assert.deepEqual(result, { code: 0, stdout: "hi\n", stderr: "" });
    const ours = readFileSync(seen, "utf8")
      .split("\n")
      .filter((line) => line.includes(host.directory));
    assert.ok(
      ours.some((line) => /tspod-attach .*--starting/.test(line)),
      ours.join("\n"),
    );
    assert.deepEqual(
      ours.filter((line) => line.includes(`main.cjs --runtime ${slow}`)),
      [],
    );
  });

  test("a start that fails is told and undone: with --rm the container is gone", async () => {
    assert.deepEqual(await host.tspod([...RUN, "--rm", IMAGE, "nosuch"]), {
      code: 127,
      stdout: "",
      stderr:
        "Error: crun: executable file `nosuch` not found in $PATH: No such file or directory: OCI runtime attempted to invoke a command that was not found\n",
    });
    await nothingLeft();
  });

  test("without --rm the container is as created, and can be started", async () => {
    const result = await host.tspod([...RUN, "--name", "kept", IMAGE, "nosuch"]);
    assert.equal(result.code, 127);
    assert.equal(await host.ok(["ps", "-a", "--format", "{{.Names}} {{.Status}}"]), "kept Created");
    assert.equal(
      existsSync(join(host.runtimeDirectory, "tspod/containers", await host.ok(["ps", "-aq", "--no-trunc"]))),
      false,
    );
    const again = await host.tspod(["start", "-a", "kept"]);
    assert.equal(again.code, 125);
    assert.match(again.stderr, /executable file `nosuch` not found/);
    await host.ok(["rm", "kept"]);
    await nothingLeft();
  });

  test("a port that is taken is named", async () => {
    const publish = ["-p", "18381-18383:80-82"];
    await host.ok(["run", "-d", "--name", "first", "-p", "18382:80", IMAGE, "sleep", "100"]);
    assert.deepEqual(await host.tspod(["run", "--rm", ...publish, IMAGE, "true"]), {
      code: 126,
      stdout: "",
      stderr: "Error: cannot publish port 18382: listen tcp 0.0.0.0:18382: bind: address already in use\n",
    });
    await host.ok(["rm", "-f", "-t", "0", "first"]);
    await nothingLeft();
  });

  test("a monitor that is killed meanwhile is told", async () => {
    const killer = runtime("killer", 'case " $* " in *" create "*) kill -9 $PPID; exit 1 ;; esac');
    assert.deepEqual(await host.tspod(["--runtime", killer, ...RUN, "--rm", IMAGE, "true"]), {
      code: 126,
      stdout: "",
      stderr: "Error: the container's monitor ended before the container was started\n",
    });
    await nothingLeft();
  });

  test("--root and --runroot hold for what is told and undone", async () => {
    const places = ["--root", join(host.directory, "other"), "--runroot", join(host.directory, "other-run")];
    await host.ok([...places, "pull", "-q", IMAGE]);
    const run = [...places, ...RUN, "--rm", IMAGE];
    await host.ok([...run, "true"]);
    assert.equal((await host.tspod([...run, "nosuch"])).code, 127);
    assert.equal(await host.ok([...places, "ps", "-aq"]), "");
    await host.ok(["unshare", "rm", "-rf", join(host.directory, "other")]);
  });

  test("meanwhile the container is what it was before", async () => {
    const slow = runtime("slowest", 'case " $* " in *" create "*) sleep 1 ;; esac');
    const state = ["ps", "-a", "--format", "{{.Status}}"];
    const starting = () => [...host.processes().values()].some((line) => /slowest .*create/.test(line));
    const first = host.start(["--runtime", slow, ...RUN, "--name", "twice", IMAGE, "sh", "-c", "exit 4"]);
    await until(starting, "the runtime");
    assert.equal(await host.ok(state), "Created");
    assert.equal((await first.ended).code, 4);
    const second = host.start(["start", "-a", "twice"]);
    await until(starting, "the runtime");
    assert.match(await host.ok(state), /^Exited \(4\)/);
    assert.equal((await second.ended).code, 4);
    await host.ok(["rm", "twice"]);
  });

  test("another client that is killed meanwhile does not hold the container up", async () => {
    const slow = runtime("slower", 'case " $* " in *" create "*) sleep 1 ;; esac');
    const run = host.start([
      "--runtime",
      slow,
      ...RUN,
      "--name",
      "orphan",
      IMAGE,
      "sh",
      "-c",
      "echo hi; exit 3",
    ]);
    await until(() => [...host.processes().values()].some((line) => /--starting/.test(line)), "the client");
    process.kill(run.pid, "SIGKILL");
    const state = ["inspect", "--format", "{{.State.Status}} {{.State.ExitCode}}", "orphan"];
    for (let now = ""; now !== "exited 3"; now = await host.ok(state))
      assert.doesNotMatch(now, /^exited (?!3)/);
    assert.equal(await host.ok(["logs", "orphan"]), "hi");
    await host.ok(["rm", "orphan"]);
    await nothingLeft();
  });
});
