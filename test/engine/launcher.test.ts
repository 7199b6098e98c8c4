import assert from "node:assert/strict";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, afterEach, test } from "node:test";
import {
  type ProgramOptions,
  REPOSITORY,
  type Running,
  runProgram,
  startProgram,
  until,
} from "../support/program.ts";

// The launcher and the keeper as they are built, with a command in the place of main.cjs that tells what it
// finds.
const COMMAND = `
const { readFileSync, readlinkSync } = require("node:fs");
const { spawnSync } = require("node:child_process");
const [command, ...operands] = process.argv.slice(2);
if (command === "unshare") process.exitCode = spawnSync(operands[0], operands.slice(1), { stdio: "inherit" }).status;
else {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => /TSPOD|NODE_/.test(name)));
  const namespace = (name) => readlinkSync("/proc/self/ns/" + name);
  const map = readFileSync("/proc/self/uid_map", "utf8").trim().split("\\n").map((line) => line.trim().split(/ +/).map(Number));
  console.log(JSON.stringify({ args: process.argv.slice(2), env, map, uid: process.getuid(), gid: process.getgid(),
    pid: process.pid, user: namespace("user"), mnt: namespace("mnt") }));
  if (command === "hold") setTimeout(() => {}, 60000);
}
`;

interface Report {
  args: string[];
  env: Record<string, string>;
  map: number[][];
  uid: number;
  gid: number;
  pid: number;
  user: string;
  mnt: string;
}

const root = mkdtempSync(join(tmpdir(), "tl-"));
const dist = join(root, "dist");
const runtime = join(root, "run");
const tspod = join(dist, "bin/tspod");
const pidFile = join(runtime, "tspod/keeper.pid");
const env = { PATH: process.env.PATH ?? "/usr/bin:/bin", HOME: root, XDG_RUNTIME_DIR: runtime };
const running: Running[] = [];

mkdirSync(join(dist, "bin"), { recursive: true });
mkdirSync(join(dist, "lib/tspod"), { recursive: true });
mkdirSync(runtime, { mode: 0o700 });
copyFileSync(join(REPOSITORY, "dist/bin/tspod"), tspod);
copyFileSync(join(REPOSITORY, "dist/lib/tspod/tspod-keeper"), join(dist, "lib/tspod/tspod-keeper"));
symlinkSync(process.execPath, join(dist, "lib/tspod/node"));
writeFileSync(join(dist, "lib/tspod/main.cjs"), COMMAND);

afterEach(async () => {
  for (const { child, ended } of running.splice(0)) {
    child.kill("SIGKILL");
    await ended;
  }
});
after(async () => {
  await noKeeper();
  rmSync(root, { recursive: true });
});

const run = (args: string[], options: ProgramOptions = {}) =>
  runProgram(tspod, args, { ...options, env: { ...env, ...options.env } });

async function report(args: string[], options?: ProgramOptions): Promise<Report> {
  const { code, stdout, stderr } = await run(args, options);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as Report;
}

/** A command that goes on until the end of the test. */
async function hold(): Promise<Report> {
  const held = startProgram(tspod, ["hold"], { env });
  running.push(held);
  await until(() => held.stdout().endsWith("\n"), "the command's report");
  return JSON.parse(held.stdout()) as Report;
}

const keeperPid = () => Number(readFileSync(pidFile, "utf8").split(" ")[0]);

/** Pids of keepers in this test's runtime directory; a zombie has no command line. */
function keepers(): number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => {
      const commandLine = readQuietly(`/proc/${pid}/cmdline`);
      return commandLine.startsWith("tspod-keeper\0") && commandLine.includes(`${runtime}/`);
    });
}

function readQuietly(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // ended meanwhile
  }
}

async function killKeepers(): Promise<void> {
  for (const pid of keepers()) process.kill(pid, "SIGKILL");
  await until(() => keepers().length === 0, "the keeper's end");
}

const noKeeper = () =>
  until(() => keepers().length === 0 && !existsSync(pidFile), "the keeper's leaving", 60_000);

test("joins: root in the user's namespace, a mount namespace per call, and what the command needs to know", async () => {
  const first = await report(["ps", "-a", "--", "x y"]);
  const second = await report(["ps"]);
  assert.deepEqual(first.args, ["ps", "-a", "--", "x y"]);
  assert.deepEqual([first.uid, first.gid], [0, 0]);
  assert.deepEqual(first.map[0]?.slice(0, 2), [0, process.getuid?.()]);
  assert.notEqual(first.user, readlinkSync("/proc/self/ns/user"));
  assert.equal(second.user, first.user);
  assert.notEqual(first.mnt, readlinkSync("/proc/self/ns/mnt"));
  const { _TSPOD_LIVE_FD: liveFd, ...others } = first.env;
  assert.match(liveFd ?? "", /^\d+$/);
  assert.deepEqual(others, {
    _TSPOD_ARGV0: tspod,
    _TSPOD_RUNTIME_DIR: join(runtime, "tspod"),
    _TSPOD_UID: String(process.getuid?.()),
    _TSPOD_GID: String(process.getgid?.()),
  });
  assert.equal(statSync(join(runtime, "tspod")).mode & 0o777, 0o700);
});

for (const args of [
  [],
  ["--help"],
  ["-h"],
  ["help"],
  ["version"],
  ["--version"],
  ["-v"],
  ["completion"],
  ["__complete"],
])
  test(`joins nothing: tspod ${args.join(" ")}`, async () => {
    const found = await report(args, { env: { XDG_RUNTIME_DIR: join(root, "none") } });
    assert.equal(found.user, readlinkSync("/proc/self/ns/user"));
    assert.deepEqual(found.env, { _TSPOD_ARGV0: tspod, _TSPOD_NO_USERNS: "1" });
  });

test("NODE_OPTIONS does not reach our Node, and forged variables do not reach the command", async () => {
  const found = await report(["ps"], {
    env: { NODE_OPTIONS: "--no-such-option", _TSPOD_UID: "4", _TSPOD_X: "1" },
  });
  assert.equal(found.env._TSPOD_NODE_OPTIONS, "--no-such-option");
  assert.equal(found.env._TSPOD_UID, String(process.getuid?.()));
  assert.ok(!("_TSPOD_X" in found.env) && !("NODE_OPTIONS" in found.env));
});

test("runs by a symlink, and tells the command its name; dist may be moved", async () => {
  const link = join(root, "docker");
  symlinkSync(tspod, link);
  const { stdout } = await runProgram(link, ["version"], { env });
  assert.equal((JSON.parse(stdout) as Report).env._TSPOD_ARGV0, link);
});

test("20 at once have one namespace and one keeper", async () => {
  await noKeeper();
  const all = await Promise.all(Array.from({ length: 20 }, () => report(["ps"])));
  assert.equal(new Set(all.map(({ user }) => user)).size, 1);
  assert.equal(keepers().length, 1);
});

test("the keeper stays as long as a command lives, SIGTERM or not, and leaves by itself", async () => {
  const { user } = await hold();
  const keeper = keeperPid();
  process.kill(keeper, "SIGTERM");
  process.kill(keeper, "SIGHUP");
  await new Promise((resolve) => setTimeout(resolve, 4000));
  assert.deepEqual(keepers(), [keeper]);
  assert.equal((await report(["ps"])).user, user);
  for (const { child } of running) child.kill("SIGKILL");
  await noKeeper();
});

test("a keeper killed with -9 is replaced", async () => {
  await report(["ps"]);
  const old = keeperPid();
  process.kill(old, "SIGKILL");
  await until(() => !keepers().includes(old), "the keeper's end");
  await report(["ps"]);
  assert.notEqual(keeperPid(), old);
  assert.deepEqual(keepers(), [keeperPid()]);
});

test("a keeper killed with -9 while a container runs: the next call joins the monitor's namespace, with a new keeper", async () => {
  const { pid, user } = await hold();
  const container = join(runtime, "tspod/containers/c1");
  mkdirSync(container, { recursive: true });
  const startTime = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ")[19];
  writeFileSync(join(container, "status"), `monitor ${pid} ${startTime}\nprocess 1 1\n`);
  const old = keeperPid();
  process.kill(old, "SIGKILL");
  await until(() => !keepers().includes(old), "the keeper's end");
  assert.equal((await report(["ps"])).user, user);
  assert.equal(readlinkSync(`/proc/${keeperPid()}/ns/user`), user);
  assert.equal((await report(["ps"])).user, user);
  rmSync(join(runtime, "tspod/containers"), { recursive: true });
});

test("a pid file with another process's pid, or rubbish, is no keeper", async () => {
  await report(["ps"]);
  await killKeepers();
  for (const text of [`${process.pid} 1\n`, "1 1\n", "", "rubbish\n", "-1 5\n", "99999999 4\n"]) {
    writeFileSync(pidFile, text);
    await report(["ps"]);
    assert.equal(keepers().length, 1, JSON.stringify(text));
    await killKeepers();
  }
});

test("a launcher killed with -9 at any point does not get in the way of the next", async () => {
  for (let delay = 0; delay < 16; delay++) {
    await killKeepers();
    const { child, ended } = startProgram(tspod, ["ps"], { env });
    await new Promise((resolve) => setTimeout(resolve, delay / 2));
    child.kill("SIGKILL");
    await ended;
    await report(["ps"]);
    assert.deepEqual(keepers(), [keeperPid()]);
  }
});

test("inside `tspod unshare` it does not nest, and finds the same runtime directory and user", async () => {
  const outside = await report(["ps"]);
  const { stdout, stderr } = await run(["unshare", tspod, "ps"]);
  const inside = JSON.parse(stdout || "{}") as Report;
  assert.equal(inside.user, outside.user, stderr);
  assert.deepEqual({ ...inside.env, _TSPOD_LIVE_FD: "" }, { ...outside.env, _TSPOD_LIVE_FD: "" });
  assert.deepEqual(inside.map, outside.map);
});

test("from inside another user namespace, where ours can't be joined, it says so and leaves the keeper alone", async () => {
  await report(["ps"]);
  const keeper = keeperPid();
  const { code, stderr } = await runProgram("unshare", ["--user", "--map-root-user", tspod, "ps"], { env });
  assert.equal(code, 125);
  assert.match(stderr, /^Error: tspod's user namespace can't be joined from inside another one: .*\n$/);
  assert.equal(keeperPid(), keeper);
});

test("where the GNU C library is missing, as on Alpine, it says so", async () => {
  const keeper = join(dist, "lib/tspod/tspod-keeper");
  const linker = /\/lib\w*\/ld-linux[\w.-]+/.exec(readFileSync(keeper, "latin1"))?.[0] ?? "none";
  const own = join(root, "musl");
  mkdirSync(own, { mode: 0o700 });
  for (const [command, program] of [
    ["--version", join(dist, "lib/tspod/node")],
    ["ps", keeper],
  ] as const) {
    // The shell is loaded already, and the launcher needs no dynamic linker.
    const script = 'mount -t tmpfs none "$0" && exec "$1" "$2"';
    const words = [
      "--user",
      "--map-root-user",
      "--mount",
      "sh",
      "-c",
      script,
      dirname(linker),
      tspod,
      command,
    ];
    const { code, stderr } = await runProgram("unshare", words, { env: { ...env, XDG_RUNTIME_DIR: own } });
    assert.equal(code, 125, stderr);
    assert.match(stderr, /^Error: executing "[^"]+": it needs the GNU C library, .* musl, as Alpine\n$/);
    assert.ok(stderr.includes(`"${program}"`), stderr);
  }
});

test("closed stdin, stdout and stderr are not taken for something else", async () => {
  const { code } = await runProgram("/bin/sh", ["-c", 'exec "$0" ps <&- >&- 2>&-', tspod], { env });
  assert.equal(code, 0);
});

test("an ignored SIGCHLD does not matter", async () => {
  await killKeepers();
  const { code, stderr } = await runProgram("/bin/sh", ["-c", 'trap "" CHLD; exec "$0" ps', tspod], { env });
  assert.equal(code, 0, stderr);
});

test("a runtime directory that others can write to is refused, in one line", async () => {
  const directory = join(root, "shared");
  mkdirSync(join(directory, "tspod"), { recursive: true });
  chmodSync(join(directory, "tspod"), 0o777);
  const { code, stderr } = await run(["ps"], { env: { XDG_RUNTIME_DIR: directory } });
  assert.equal(code, 125);
  assert.equal(
    stderr,
    `Error: "${directory}/tspod" is not a directory of yours that only you can write to: ` +
      "remove it, or set XDG_RUNTIME_DIR to a directory of yours\n",
  );
});

test("no_new_privs keeps newuidmap from its work, and the message says that", async () => {
  await noKeeper();
  const { code, stderr } = await runProgram("setpriv", ["--no-new-privs", tspod, "ps"], { env });
  assert.equal(code, 125);
  assert.match(
    stderr,
    /^Error: ".*newuidmap" can't do its work: this process may gain no rights \(no_new_privs\): .*\n$/,
  );
  assert.ok(!existsSync(pidFile));
});

test("a dist with a part missing says which", async () => {
  await noKeeper();
  const other = join(root, "incomplete");
  mkdirSync(join(other, "bin"), { recursive: true });
  copyFileSync(tspod, join(other, "bin/tspod"));
  const missing = await runProgram(join(other, "bin/tspod"), ["ps"], { env });
  assert.equal(missing.code, 125);
  assert.match(
    missing.stderr,
    /Error: executing ".*\/incomplete\/lib\/tspod\/tspod-keeper": No such file or directory\n$/,
  );
  assert.ok(!existsSync(pidFile));
});
