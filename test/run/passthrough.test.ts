import assert from "node:assert/strict";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { runProgram, TSPOD } from "../support/program.ts";
import { onTerminal } from "../support/terminal.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;
const PASSTHROUGH = ["--log-driver", "passthrough"];

for (const runtime of ["crun", "runc"]) {
  test(`${runtime}: the container's stdio is the caller's, its code is run's`, async () => {
    const script = "cat; echo err >&2; exit 7";
    const result = await host.tspod(
      ["--runtime", runtime, "run", "--rm", ...PASSTHROUGH, IMAGE, "sh", "-c", script],
      { input: "given\n" },
    );
    assert.deepEqual(result, { code: 7, stdout: "given\n", stderr: "err\n" });
  });

  test(`${runtime}: with -d no ID is mixed into the container's output`, async () => {
    const flags = ["--runtime", runtime, "run", "-d", "--rm", ...PASSTHROUGH];
    const out = join(host.directory, `${runtime}.out`);
    const shell = `exec "$0" "$@" >${out} 2>&1`;
    await runProgram("/bin/sh", ["-c", shell, TSPOD, ...flags, "--name", runtime, IMAGE, "echo", "hello"], {
      env: host.env,
    });
    await host.tspod(["wait", runtime]);
    assert.equal(readFileSync(out, "utf8"), "hello\n");
  });
}

test("a file is the container's own: it has the caller's offset and takes what is appended", async () => {
  const path = join(host.directory, "file");
  closeSync(openSync(path, "w"));
  const command = `exec "$0" "$@" >>${path}`;
  const args = ["run", "--rm", ...PASSTHROUGH, IMAGE, "sh", "-c", "readlink /proc/self/fd/1; echo second"];
  const { code } = await runProgram("/bin/sh", ["-c", command, TSPOD, ...args], { env: host.env });
  assert.equal(code, 0);
  assert.match(readFileSync(path, "utf8"), /^\/.*\nsecond\n$/);
});

test("there is nothing to read or to attach to", async () => {
  // Who reads the caller's pipe would wait for the container's end.
  const args = ["run", "-d", "--name", "silent", ...PASSTHROUGH, IMAGE, "sleep", "100"];
  await runProgram("/bin/sh", ["-c", 'exec "$0" "$@" >/dev/null 2>&1', TSPOD, ...args], { env: host.env });
  for (const [command, verb] of [
    ["logs", "read logs"],
    ["attach", "attach"],
  ] as const)
    assert.deepEqual(await host.tspod([command, "silent"]), {
      code: 125,
      stdout: "",
      stderr: `Error: this container is using the 'passthrough' log driver, cannot ${verb}: this container is not logging output\n`,
    });
});

test("refused with a terminal, which the container could type into", async () => {
  const { code, stdout, stderr } = await host.tspod(["run", "-t", ...PASSTHROUGH, IMAGE, "true"]);
  assert.deepEqual([code, stdout], [125, ""]);
  assert.match(stderr, /^Error: the '--log-driver passthrough' option cannot be used on a TTY$/m);
  assert.equal(
    await host.ok(["ps", "-aq", "--filter", `ancestor=${IMAGE}`, "--filter", "status=created"]),
    "",
  );
  const terminal = onTerminal(host, ["run", ...PASSTHROUGH, IMAGE, "true"]);
  await terminal.saw(/cannot be used on a TTY/);
  await terminal.ended;
});
