import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { runProgram, TSPOD } from "../support/program.ts";
import { IMAGE, makeWorld, untilEnded } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;
for (const name of ["one", "two"]) writeFileSync(join(host.directory, name), `${name}\n`);

/** tspod with the files `one` and `two` as descriptors 3 and 4. */
const withFiles = (args: readonly string[]) =>
  runProgram("/bin/sh", ["-c", 'exec "$0" "$@" 3<one 4<two', TSPOD, ...args], {
    cwd: host.directory,
    env: host.env,
  });
const READ = ["sh", "-c", "cat <&3; cat <&4; test ! -e /proc/self/fd/5 && echo no more"];
const BOTH = { code: 0, stdout: "one\ntwo\nno more\n", stderr: "" };

for (const runtime of ["crun", "runc"]) {
  const global = ["--runtime", runtime];
  const box = `box-${runtime}`;

  test(`${runtime}: run`, async () => {
    assert.deepEqual(
      await withFiles([...global, "run", "--rm", "--preserve-fds", "2", IMAGE, ...READ]),
      BOTH,
    );
  });

  test(`${runtime}: exec, with a terminal too`, async () => {
    await host.ok([...global, "run", "-d", "--name", box, IMAGE, "sleep", "1000"]);
    assert.deepEqual(await withFiles(["exec", "--preserve-fds", "2", box, ...READ]), BOTH);
    const { stdout } = await withFiles(["exec", "-t", "--preserve-fds", "2", box, ...READ]);
    assert.equal(stdout, BOTH.stdout.replaceAll("\n", "\r\n"));
  });

  test(`${runtime}: by their numbers, also with --preserve-fds`, async () => {
    const read = ["sh", "-c", "cat <&4; cat <&3; test ! -e /proc/self/fd/5 && echo no more"];
    const second = { code: 0, stdout: "two\nno more\n", stderr: "" };
    for (const place of [["run", "--rm"], ["exec"]]) {
      const what = place[0] === "run" ? IMAGE : box;
      assert.deepEqual(await withFiles([...global, ...place, "--preserve-fd", "4", what, ...read]), second);
      const all = [...global, ...place, "--preserve-fds", "1", "--preserve-fd", "4,3", what, ...READ];
      assert.deepEqual(await withFiles(all), BOTH);
    }
    for (const [fd, message] of [
      ["x", 'invalid argument "x" for "--preserve-fd" flag: strconv.ParseUint: parsing "x": invalid syntax'],
      ["2", "--preserve-fd 2 can't be passed on: it must be from 3 to 50"],
      [
        "17",
        "file descriptor 17 is not available - the preserve-fd option requires that file descriptors must be passed",
      ],
    ] as const) {
      const { code, stderr } = await withFiles(["run", "--rm", "--preserve-fd", fd, IMAGE, "true"]);
      assert.deepEqual([code, stderr.split("\n")[0]], [125, `Error: ${message}`]);
    }
  });

  test(`${runtime}: without the flag nothing gets in`, async () => {
    const script = ["sh", "-c", "test ! -e /proc/self/fd/3"];
    assert.equal((await withFiles(["exec", box, ...script])).code, 0);
    assert.equal((await withFiles([...global, "run", "--rm", IMAGE, ...script])).code, 0);
  });

  test(`${runtime}: a run by the restart policy gets them as well`, async () => {
    const name = `again-${runtime}`;
    const script = "head -c 1 <&3; exit 1";
    const flags = ["-d", "--name", name, "--restart", "on-failure:2", "--preserve-fds", "1"];
    await withFiles([...global, "run", ...flags, IMAGE, "sh", "-c", script]);
    await untilEnded(host, name);
    assert.equal(await host.ok(["logs", name]), "one");
  });
}

for (const command of [
  ["run", "--preserve-fds", "3", IMAGE, "true"],
  ["exec", "--preserve-fds", "3", "box-crun", "true"],
]) {
  test(`${command[0]}: a descriptor that is not there`, async () => {
    assert.deepEqual(await withFiles(command), {
      code: 125,
      stdout: "",
      stderr:
        "Error: file descriptor 5 is not available - the preserve-fds option requires that file descriptors must be passed\n",
    });
  });
}
