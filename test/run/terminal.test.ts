import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { runProgram, sleep, TSPOD, until } from "../support/program.ts";
import { onTerminal } from "../support/terminal.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;

test("a shell: what is typed, what is shown, its exit code", async () => {
  const terminal = onTerminal(host, ["run", "--rm", "-it", "-e", "PS1=ready> ", IMAGE, "sh"]);
  await terminal.saw(/ready> /);
  terminal.type("tty; echo $TERM $((40 + 2))\r");
  await terminal.saw(/\/dev\/(?:pts\/0|console)\r\nxterm 42\r\n/);
  terminal.type("exit 5\r");
  assert.equal(await terminal.ended, 5);
});

test("the first instruction sees the size of the window; a resize is seen later", async () => {
  const terminal = onTerminal(
    host,
    ["run", "--rm", "-it", IMAGE, "sh", "-c", "stty size; read x; stty size"],
    { rows: 33, columns: 111 },
  );
  await terminal.saw(/33 111/);
  terminal.resize(44, 99);
  // The new size travels beside what is typed.
  await new Promise((done) => setTimeout(done, 500));
  terminal.type("\r");
  await terminal.saw(/44 99/);
  assert.equal(await terminal.ended, 0);
});

test("ctrl-C goes to the program in the container", async () => {
  const terminal = onTerminal(host, [
    "run",
    "--rm",
    "-it",
    IMAGE,
    "sh",
    "-c",
    'trap "echo interrupted; exit 7" INT; echo ready; while :; do sleep 0.1; done',
  ]);
  await terminal.saw(/ready/);
  terminal.type("\x03");
  await terminal.saw(/interrupted/);
  assert.equal(await terminal.ended, 7);
});

for (const [what, args] of [
  ["run -t", ["run", "--rm", "-t", IMAGE, "sh", "-c", "echo one; echo two"]],
  ["start -a", ["start", "-a", "tty"]],
  ["exec -t", ["exec", "-t", "up", "sh", "-c", "echo one; echo two"]],
] as const)
  test(`${what} without -i: lines end as the container's terminal ends them`, async () => {
    await host.ok(["create", "-t", "--name", "tty", IMAGE, "sh", "-c", "echo one; echo two"]);
    await host.ok(["run", "-d", "--name", "up", IMAGE, "sleep", "99"]);
    const terminal = onTerminal(host, args);
    assert.equal(await terminal.ended, 0);
    await terminal.saw(/one\r\ntwo\r\n/);
    assert.doesNotMatch(terminal.shown(), /\r\r\n/);
    await host.ok(["rm", "-f", "-t", "0", "tty", "up"]);
  });

test("ctrl-C of a program that takes no notice: the second is answered, the third kills it", async () => {
  const terminal = onTerminal(host, ["run", "--rm", "--name", "deaf", IMAGE, "sleep", "99"]);
  await until(async () => (await host.ok(["ps", "-q"])) !== "", "its start");
  await until(async () => (await host.ok(["top", "deaf", "comm"])).includes("sleep"), "its program");
  terminal.type("\x03");
  await sleep(300);
  assert.doesNotMatch(terminal.shown(), /ignores/);
  terminal.type("\x03");
  await terminal.saw(/sleep \(PID 1\) ignores SIGINT: ctrl-C again to kill it/);
  terminal.type("\x03");
  assert.equal(await terminal.ended, 137);
});

test("ctrl-C of a program that handles it: as often as it is typed", async () => {
  const script =
    "trap 'n=$((n+1)); echo $n; [ $n -lt 3 ] || exit 6' INT; echo up; while :; do sleep 0.1; done";
  const terminal = onTerminal(host, ["run", "--rm", IMAGE, "sh", "-c", script]);
  await terminal.saw(/up/);
  for (const count of [1, 2, 3]) {
    terminal.type("\x03");
    await terminal.saw(new RegExp(`^.*${count}`, "m"));
  }
  assert.equal(await terminal.ended, 6);
  assert.doesNotMatch(terminal.shown(), /ignores/);
});

test("detach keys leave it running; attach comes back to it", async () => {
  const terminal = onTerminal(host, ["run", "-it", "--name", "left", "-e", "PS1=ready> ", IMAGE, "sh"]);
  await terminal.saw(/ready> /);
  terminal.type("X=kept\r");
  await terminal.saw(/ready> /);
  terminal.type("\x10\x11");
  assert.equal(await terminal.ended, 0);
  const id = await host.ok(["inspect", "--format", "{{.Id}}", "left"]);
  assert.ok(terminal.shown().endsWith(`\r\ndetached; tspod attach ${id.slice(0, 12)}\r\n`), terminal.shown());
  assert.equal(await host.ok(["ps", "--format", "{{.Names}}"]), "left");
  const again = onTerminal(host, ["attach", "left"]);
  again.type("echo $X\r");
  await again.saw(/kept/);
  again.type("exit 3\r");
  assert.equal(await again.ended, 3);
  await host.ok(["rm", "left"]);
});

test("--detach-keys", async () => {
  const terminal = onTerminal(host, [
    "run",
    "-it",
    "--detach-keys",
    "ctrl-a,d",
    "--name",
    "own",
    "-e",
    "PS1=ready> ",
    IMAGE,
    "sh",
  ]);
  await terminal.saw(/ready> /);
  terminal.type("\x01d");
  assert.equal(await terminal.ended, 0);
  await host.ok(["rm", "-f", "-t", "0", "own"]);
});

test("exec -it", async () => {
  await host.ok(["run", "-d", "--name", "box", IMAGE, "sleep", "1000"]);
  const terminal = onTerminal(
    host,
    ["exec", "-it", "box", "sh", "-c", "stty size; read line; echo got $line; exit 6"],
    { rows: 20, columns: 70 },
  );
  await terminal.saw(/20 70/);
  terminal.type("this\r");
  await terminal.saw(/got this/);
  assert.equal(await terminal.ended, 6);
  await host.ok(["rm", "-f", "-t", "0", "box"]);
});

test("logs of a container with a terminal", async () => {
  const terminal = onTerminal(host, [
    "run",
    "-it",
    "--name",
    "logged",
    IMAGE,
    "sh",
    "-c",
    "echo out; echo err >&2",
  ]);
  assert.equal(await terminal.ended, 0);
  assert.deepEqual(await host.tspod(["logs", "logged"]), { code: 0, stdout: "out\r\nerr\r\n", stderr: "" });
});

test("-t without a terminal works, and says that input isn't one", async () => {
  const result = await host.tspod(["run", "--rm", "-it", IMAGE, "sh", "-c", "tty"], { input: "" });
  assert.equal(result.code, 0, result.stderr);
  assert.match(result.stdout, /^\/dev\/(?:pts\/0|console)\r\n$/);
  assert.match(
    result.stderr,
    /The input device is not a TTY\. The --tty and --interactive flags might not work properly/,
  );
});

test("the terminal is as it was, whatever became of the container", async () => {
  const terminal = onTerminal(host, [
    "run",
    "--rm",
    "-it",
    "--name",
    "killed",
    IMAGE,
    "sh",
    "-c",
    "echo ready; exec sleep 1000",
  ]);
  await terminal.saw(/ready/);
  await host.ok(["kill", "killed"]);
  assert.equal(await terminal.ended, 137);
});

const INTERRUPTIBLE =
  'trap "echo interrupted" INT; trap "echo quitted" QUIT; while :; do echo ready; sleep 0.1; done';

for (const [what, prepare, args] of [
  ["run", undefined, ["run", "--rm", "-it", "--name", "keys", IMAGE, "sh", "-c", INTERRUPTIBLE]],
  ["exec", ["sleep", "1000"], ["exec", "-it", "keys", "sh", "-c", INTERRUPTIBLE]],
  ["attach", ["sh", "-c", INTERRUPTIBLE], ["attach", "keys"]],
] as const)
  test(`${what}: ctrl-C and ctrl-\\ are signals to the program in the container`, async () => {
    if (prepare !== undefined) await host.ok(["run", "-dit", "--name", "keys", IMAGE, ...prepare]);
    const terminal = onTerminal(host, args);
    await terminal.saw(/ready/);
    terminal.type("\x03");
    await terminal.saw(/interrupted/);
    terminal.type("\x1c");
    await terminal.saw(/quitted/);
    await host.ok(["rm", "-f", "-t", "0", "keys"]);
    assert.equal(await terminal.ended, 137);
  });

test("attach --no-stdin: ctrl-C is the caller's, also after the client was stopped and went on", async () => {
  await host.ok(["run", "-dit", "--name", "watched", IMAGE, "sh", "-c", INTERRUPTIBLE]);
  const terminal = onTerminal(host, ["attach", "--no-stdin", "watched"]);
  await terminal.saw(/ready/);
  process.kill(terminal.pid, "SIGCONT");
  await terminal.saw(/ready/);
  await terminal.saw(/ready/);
  terminal.type("\x03");
  assert.equal(await terminal.ended, 128 + constants.signals.SIGINT);
  await host.ok(["rm", "-f", "-t", "0", "watched"]);
});

/** Tells its window's size once, and whenever that is said to have changed. */
const SIZES = 'trap "stty size" WINCH; stty size; while :; do sleep 0.1; done';

for (const [what, args] of [
  ["exec", ["exec", "-it", "sized", "sh", "-c", SIZES]],
  ["attach", ["attach", "sized"]],
] as const)
  test(`${what}: the size of the window, and a new one`, async () => {
    await host.ok(["run", "-dit", "--name", "sized", IMAGE, "sh", "-c", SIZES]);
    const terminal = onTerminal(host, args, { rows: 31, columns: 77 });
    await terminal.saw(/31 77/);
    terminal.resize(42, 99);
    await terminal.saw(/42 99/);
    await host.ok(["rm", "-f", "-t", "0", "sized"]);
    assert.equal(await terminal.ended, 137);
  });

test("whoever attaches again, with a window of the same size, has the program draw anew", async () => {
  const window = { rows: 30, columns: 90 };
  const first = onTerminal(host, ["run", "-it", "--name", "drawn", IMAGE, "sh", "-c", SIZES], window);
  await first.saw(/30 90/);
  first.type("\x10\x11");
  assert.equal(await first.ended, 0);
  const again = onTerminal(host, ["attach", "drawn"], window);
  await again.saw(/30 90/);
  await host.ok(["rm", "-f", "-t", "0", "drawn"]);
  assert.equal(await again.ended, 137);
});

const ANSWER = 'while read -r line; do echo "got <$line>"; done';

test("several terminals on one container: all see everything, each can type", async () => {
  await host.ok(["run", "-dit", "--name", "shared", IMAGE, "sh", "-c", ANSWER]);
  const terminals = [1, 2, 3].map(() => onTerminal(host, ["attach", "shared"]));
  const [one, two, three] = terminals;
  assert.ok(one && two && three);
  // A terminal's own echo, from before the client has it, is no answer.
  for (const terminal of terminals) await terminal.typeUntil("x\r", /got <x/);
  one.type("from the first\r");
  for (const terminal of terminals) await terminal.saw(/got <.*from the first>/);
  three.type("\x10\x11");
  assert.equal(await three.ended, 0);
  two.type("from the second\r");
  for (const terminal of [one, two]) await terminal.saw(/got <from the second>/);
  assert.doesNotMatch(three.shown(), /from the second/);
  await host.ok(["rm", "-f", "-t", "0", "shared"]);
  assert.deepEqual(await Promise.all([one.ended, two.ended]), [137, 137]);
});

describe("-i without a terminal", () => {
  const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, at) => (at * 7 + (at >> 8)) & 0xff));
  const digest = createHash("sha256").update(bytes).digest("hex");

  for (const [what, args] of [
    ["run", ["run", "--rm", "-i", IMAGE]],
    ["exec", ["exec", "-i", "piped"]],
  ] as const) {
    test(`${what}: every byte comes in as it is, and then the end of the file`, async () => {
      if (what === "exec") await host.ok(["run", "-d", "--name", "piped", IMAGE, "sleep", "1000"]);
      const read = await host.ok([...args, "sha256sum"], { input: bytes });
      assert.equal(read, `${digest}  -`);
    });

    test(`${what}: every byte goes out as it is`, async () => {
      const line = `"$0" ${args.join(" ")} cat | sha256sum`;
      const { stdout, code } = await runProgram("sh", ["-c", line, TSPOD], { env: host.env, input: bytes });
      assert.deepEqual({ stdout, code }, { stdout: `${digest}  -\n`, code: 0 });
    });

    test(`${what}: after the input's end the output goes on`, async () => {
      const script = "cat >/dev/null; sleep 0.3; echo out; sleep 0.1; echo err >&2; exit 4";
      assert.deepEqual(await host.tspod([...args, "sh", "-c", script], { input: "x" }), {
        code: 4,
        stdout: "out\n",
        stderr: "err\n",
      });
    });

    test(`${what}: the program may close its input, and go on`, async () => {
      const script = "exec 0<&-; echo on; exit 3";
      const result = await host.tspod([...args, "sh", "-c", script], { input: bytes });
      assert.deepEqual(result, { code: 3, stdout: "on\n", stderr: "" });
    });
  }

  test("start -ai: the input of a container that was only made", async () => {
    await host.ok(["create", "-i", "--name", "fed", IMAGE, "sha256sum"]);
    assert.equal(await host.ok(["start", "-ai", "fed"], { input: bytes }), `${digest}  -`);
    await host.ok(["rm", "fed"]);
    await host.ok(["rm", "-f", "-t", "0", "piped"]);
  });
});

/** A crun whose `exec` ends only when the file `go` is there, long after the command has ended. */
function slowRuntime(): { path: string; begun: string; go: string } {
  const path = join(host.directory, "slow");
  const [begun, go] = [`${path}.begun`, `${path}.go`];
  writeFileSync(
    path,
    `#!/bin/sh
case " $* " in
  *" exec "*) crun "$@"; code=$?; : >${begun}; until [ -e ${go} ]; do sleep 0.02; done; exit $code ;;
esac
exec crun "$@"
`,
    { mode: 0o755 },
  );
  return { path, begun, go };
}

test("exec -t of a short command: a client that is late still gets the output", async () => {
  const { path, begun, go } = slowRuntime();
  await host.ok(["run", "-d", "--name", "late", "--runtime", path, IMAGE, "sleep", "1000"]);
  const run = host.start(["exec", "-t", "late", "echo", "hello"]);
  await until(() => existsSync(begun), "the end of the runtime's exec");
  run.child.kill("SIGSTOP");
  writeFileSync(go, "");
  await sleep(500);
  run.child.kill("SIGCONT");
  assert.deepEqual(await run.ended, { code: 0, stdout: "hello\r\n", stderr: "" });
  await host.ok(["rm", "-f", "-t", "0", "late"]);
});

test("a slow reader gets all that was on a terminal whose process has ended", async () => {
  const command = `${TSPOD} run --rm -t ${IMAGE} seq 1 20000 | { sleep 0.5; head -c 4096; sleep 0.5; while head -c 8192 >part && test -s part; do cat part; sleep 0.13; done; }`;
  const { code, stdout } = await runProgram("sh", ["-c", command], { env: host.env, cwd: host.directory });
  assert.equal(code, 0);
  assert.equal(stdout.split("\r\n").length - 1, 20000);
});

describe("output that can't be written: the error and 126, as podman; with --rm the container is stopped, else it goes on", () => {
  const shell = (command: string) =>
    runProgram("sh", ["-c", command], { env: { ...host.env, T: TSPOD, I: IMAGE }, cwd: host.directory });
  const loop = "trap 'exit 0' TERM; while echo line; echo line >&2; do sleep 0.05; done";

  for (const [name, output, message] of [
    ["a full disk", ">/dev/full", "Error: write /dev/stdout: no space left on device"],
    ["a reader that is gone", "| true", "Error: write /dev/stdout: broken pipe"],
  ] as const)
    test(`run --rm: ${name}`, async () => {
      const { stdout } = await shell(
        `{ "$T" run --rm --name lost $I sh -c "${loop}" 2>error; echo $? >code; } ${output}; cat code; grep -v '^line$' error`,
      );
      assert.equal(stdout, `126\n${message}\n`);
      await until(async () => (await host.tspod(["container", "exists", "lost"])).code === 1, "its removal");
    });

  test("exec in a container that stays, and attach to it", async () => {
    await host.ok(["run", "-d", "--name", "stays", IMAGE, "sh", "-c", loop]);
    for (const command of ["exec stays echo hi", "attach stays"]) {
      const { code, stderr } = await shell(`"$T" ${command} >/dev/full`);
      assert.deepEqual(
        [code, stderr.replaceAll("line\n", "")],
        [126, "Error: write /dev/stdout: no space left on device\n"],
      );
    }
    assert.equal(await host.ok(["inspect", "-f", "{{.State.Running}}", "stays"]), "true");
    await host.ok(["rm", "-f", "-t", "0", "stays"]);
  });
});
