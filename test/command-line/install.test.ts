import assert from "node:assert/strict";
import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;
const INSTALL = resolve(import.meta.dirname, "../../scripts/install");
let prefix: string;
before(() => {
  prefix = mkdtempSync(join(host.directory, "prefix with blanks "));
});

function run(
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = host.env,
): SpawnSyncReturns<string> {
  return spawnSync(file, args, { encoding: "utf8", env, cwd: host.directory });
}

const install = (...args: string[]): SpawnSyncReturns<string> => run("sh", [INSTALL, ...args]);
const uninstall = (): SpawnSyncReturns<string> => run("sh", [join(prefix, "lib/tspod/uninstall")]);
/** The program that was installed, not the one that was built. */
const installed = (...args: string[]): SpawnSyncReturns<string> => run(join(prefix, "bin/tspod"), args);

test("the program, man pages, completions and the unit are where others look for them", () => {
  const { status, stdout, stderr } = install("--prefix", prefix);
  assert.deepEqual([status, stdout], [0, ""], stderr);
  assert.match(stderr, /^tspod version \S+ is in .*\/bin; `sh .*\/lib\/tspod\/uninstall` takes it away\n/);
  assert.match(stderr, /\/bin is not in PATH: log in again, or type: export PATH="[^"]+\/bin:\$PATH"\n$/);
  for (const file of [
    "man/man1/tspod-run.1",
    "man/man1/tspod.1",
    "bash-completion/completions/tspod",
    "zsh/site-functions/_tspod",
    "fish/vendor_completions.d/tspod.fish",
    "systemd/user/tspod-kube@.service",
  ])
    assert.ok(existsSync(join(prefix, "share", file)), file);
  assert.equal(installed("run", "--rm", "--network=none", IMAGE, "echo", "works").stdout, "works\n");
  const completion = readFileSync(join(prefix, "share/bash-completion/completions/tspod"), "utf8");
  assert.equal(completion, installed("completion", "bash").stdout);
});

test("systemd finds the program of the unit, which lies in none of its directories", () => {
  const unit = readFileSync(join(prefix, "share/systemd/user/tspod-kube@.service"), "utf8");
  const commands = unit.split("\n").filter((line) => line.startsWith("Exec"));
  assert.equal(commands.length, 3);
  for (const command of commands)
    assert.ok(command.slice(command.indexOf("=") + 1).startsWith(`"${prefix}/bin/tspod" kube `), command);
});

test("in PATH already: nothing is said of it", () => {
  const env = { ...host.env, PATH: `${join(prefix, "bin")}:${host.env.PATH}` };
  const { status, stderr } = run("sh", [INSTALL, `--prefix=${prefix}`], env);
  assert.deepEqual([status, stderr.split("\n").length], [0, 2], stderr);
});

test("a prefix that is relative is one of the caller's directory", () => {
  const { status, stderr } = install("--prefix", "a prefix");
  assert.equal(status, 0, stderr);
  assert.ok(existsSync(join(host.directory, "a prefix/bin/tspod")));
  assert.equal(run("sh", [join(host.directory, "a prefix/lib/tspod/uninstall")]).status, 0);
});

test("an upgrade that ends between the old and the new leaves the old", () => {
  const tools = join(host.directory, "tools");
  mkdirSync(tools);
  // The second mv is the one of the new library to its place.
  const failing = `#!/bin/sh\ncase "$*" in *.tspod-new*lib/tspod) kill -TERM $PPID; exit 1 ;; esac\nexec /bin/mv "$@"\n`;
  writeFileSync(join(tools, "mv"), failing, { mode: 0o755 });
  const env = { ...host.env, PATH: `${tools}:${host.env.PATH}` };
  assert.notEqual(run("sh", [INSTALL, `--prefix=${prefix}`], env).status, 0);
  assert.match(installed("--version").stdout, /^tspod version /);
  assert.deepEqual(readdirSync(join(prefix, "lib")), ["tspod"]);
});

test("an upgrade while a container runs: it goes on, and the new program knows it", () => {
  const id = installed("run", "-d", "--name", "on", "--network=none", IMAGE, "sleep", "1000").stdout.trim();
  const before = statSync(join(prefix, "lib/tspod")).ino;
  assert.equal(install("--prefix", prefix).status, 0);
  assert.notEqual(statSync(join(prefix, "lib/tspod")).ino, before);
  assert.equal(installed("exec", "on", "echo", "still").stdout, "still\n");
  const refused = uninstall();
  assert.deepEqual(
    [refused.status, refused.stderr],
    [1, "uninstall: containers still run: `tspod stop --all` ends them\n"],
  );
  assert.equal(installed("rm", "-f", "-t0", "on").stdout, "on\n");
  assert.notEqual(id, "");
});

test("an uninstall that is killed in its last step leaves nothing that an install refuses", () => {
  const tools = join(host.directory, "killing");
  mkdirSync(tools);
  const killing = `#!/bin/sh\ncase $1 in -rf) /bin/rm -f "$2/uninstall"; kill -KILL $PPID; exit 1 ;; esac\nexec /bin/rm "$@"\n`;
  writeFileSync(join(tools, "rm"), killing, { mode: 0o755 });
  const env = { ...host.env, PATH: `${tools}:${host.env.PATH}` };
  assert.equal(run("sh", [join(prefix, "lib/tspod/uninstall")], env).signal, "SIGKILL");
  const { status, stderr } = install("--prefix", prefix);
  assert.equal(status, 0, stderr);
  assert.match(installed("--version").stdout, /^tspod version /);
  assert.deepEqual(readdirSync(join(prefix, "lib")), ["tspod"]);
});

test("uninstall leaves nothing of it, and what others have put there", () => {
  mkdirSync(join(prefix, "share/man/man1"), { recursive: true });
  writeFileSync(join(prefix, "share/man/man1/other.1"), "");
  const { status, stdout } = uninstall();
  assert.deepEqual([status, stdout], [0, ""]);
  assert.deepEqual(readdirSync(prefix, { recursive: true }).sort(), [
    "share",
    "share/man",
    "share/man/man1",
    "share/man/man1/other.1",
  ]);
});

test("after a reset nothing is left of the store; what is kept in it is said", () => {
  for (const kept of [false, true]) {
    const data = join(host.directory, `data of ${kept}`);
    const store = join(data, "tspod");
    const env = { ...host.env, XDG_DATA_HOME: data };
    assert.equal(install("--prefix", prefix).status, 0);
    const program = join(prefix, "bin/tspod");
    assert.equal(run(program, ["volume", "create", "v"], env).status, 0);
    if (!kept) assert.equal(run(program, ["system", "reset", "--force"], env).status, 0);
    const { status, stdout, stderr } = run("sh", [join(prefix, "lib/tspod/uninstall")], env);
    const line = `images and volumes are still in ${store}: \`tspod system reset\` of another installation removes them\n`;
    assert.deepEqual([status, stdout, stderr], [0, "", kept ? line : ""]);
    assert.equal(existsSync(store), kept);
  }
});

test("what can't be done is one line, and changes nothing", () => {
  for (const [args, message] of [
    [["--nosuch"], 'install: unknown argument "--nosuch"; usage: install [--prefix DIRECTORY]'],
    [["--prefix"], "install: --prefix needs a directory"],
    [
      ["--prefix", "/proc/nosuch"],
      'install: "/proc/nosuch" can\'t be written to: another --prefix, or root, can',
    ],
  ] as const) {
    const { status, stdout, stderr } = install(...args);
    assert.deepEqual([status, stdout, stderr], [1, "", `${message}\n`]);
  }
  mkdirSync(join(prefix, "lib/tspod"), { recursive: true });
  const { status, stderr } = install("--prefix", prefix);
  assert.equal(status, 1);
  assert.match(stderr, /^install: ".*\/lib\/tspod" is there, and this script has not put it there\n$/);
});
