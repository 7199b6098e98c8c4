import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { test } from "node:test";
import { REPOSITORY } from "../support/program.ts";
import { commandsIn } from "../support/shell-commands.ts";

/** Each program that a test or a script calls is in every Debian, or has a row in scripts/setup. */

/** From packages that are in the smallest Debian: Essential, or of the priority "required". */
const IN_EVERY_DEBIAN = new Set(
  `awk basename bash cat chgrp chmod chown chroot cmp comm cp cut date dd df diff dirname du env false find flock
  getent grep gzip head hostname id install kill ldd ln ls md5sum mkdir mkfifo mknod mktemp mv nohup nproc od
  pivot_root printf prlimit pwd readlink realpath rm rmdir sed seq setpriv setsid sh sha256sum shuf sleep sort stat
  stty sync tail tar tee test timeout touch tr true truncate tty umount uname uniq unlink unshare wc xargs yes
  apt-config apt-get dpkg-query`.split(/\s+/),
);
/** What npm start brings, or what the program that is tested calls itself. */
const OF_THE_PROJECT = new Set(["npm", "node", "tspod"]);

/** What the rows of a table in scripts/setup ask for: commands, and paths with commas between them. */
function rowsOf(setup: string, table: string): string[] {
  const [, text = ""] = new RegExp(`^${table}=['"]([^'"]*)['"]`, "m").exec(setup) ?? [];
  const own = text.split("\n").map((row) => row.split(" ")[0] ?? "");
  const [, included] = /^\$(\w+)/.exec(text) ?? [];
  return [
    ...(included === undefined ? [] : rowsOf(setup, included)),
    ...own.filter((need) => /^[\w/]/.test(need)),
  ];
}

const setup = readFileSync(join(REPOSITORY, "scripts/setup"), "utf8");
const programsOf = (table: string) =>
  new Set(rowsOf(setup, table).flatMap((need) => need.split(",").map((path) => path.replace(/.*\//, ""))));

function filesIn(directory: string): string[] {
  return (readdirSync(join(REPOSITORY, directory), { recursive: true }) as string[])
    .map((name) => join(REPOSITORY, directory, name))
    .filter((path) => statSync(path).isFile());
}

const isShell = (path: string) =>
  path.endsWith(".sh") || /^#!\/bin\/(ba)?sh\n/.test(readFileSync(path, "utf8").slice(0, 12));

/** Programs that TypeScript starts by a name that stands there. */
function startedBy(source: string): string[] {
  const call =
    /\b(?:spawn|spawnSync|execFile|execFileSync|runProgram|startProgram|requireProgram)\)?\(\s*["']([^"'\s]+)["']/g;
  return [...source.matchAll(call)].map(([, program = ""]) => program.replace(/^\/(usr\/)?s?bin\//, ""));
}

/** Shell text that TypeScript hands to a shell of this machine: `("sh", ["-c", "…"`. */
function shellIn(source: string): string[] {
  const call = /\(\s*"(?:\/bin\/)?(?:ba)?sh",\s*\[\s*"-\w*c",\s*(["'`])((?:\\.|(?!\1)[\s\S])*)\1/g;
  return [...source.matchAll(call)].map(([, , text = ""]) => text.replaceAll("\\n", "\n"));
}

/** What a file calls that is neither in every Debian nor in the table. */
function unknownTo(table: ReadonlySet<string>, commands: readonly string[]): string[] {
  return [...new Set(commands)].filter(
    (name) => !table.has(name) && !IN_EVERY_DEBIAN.has(name) && !OF_THE_PROJECT.has(name),
  );
}

const table = programsOf("host_needs");
/** Of the files that other scripts source. */
const sharedFunctions = filesIn("scripts")
  .filter((path) => path.endsWith(".sh"))
  .flatMap((path) => [...readFileSync(path, "utf8").matchAll(/^(\w+)\(\)/gm)].map(([, name = ""]) => name));
const sources = ["test", "scripts", "src", "native/test"].flatMap(filesIn);

// Whoever records anew what BuildKit makes has Docker; no test calls it.
const RECORDER = "test/build/corpus/record.ts";
for (const path of sources.filter((path) => path.endsWith(".ts") && !path.endsWith(RECORDER))) {
  const source = readFileSync(path, "utf8");
  const commands = [...startedBy(source), ...shellIn(source).flatMap(commandsIn)];
  if (commands.length === 0 || (path.includes("/src/") && !/\.test\.ts$/.test(path))) continue;
  test(`${relative(REPOSITORY, path)} calls what scripts/setup brings`, () =>
    assert.deepEqual(unknownTo(table, commands), []));
}

// Those of the Debian package run on users' machines, and look first whether AppArmor is there.
const scripts = sources.filter((path) => isShell(path) && !path.includes("scripts/package/debian/"));
for (const path of scripts)
  test(`${relative(REPOSITORY, path)} calls what scripts/setup brings`, () =>
    assert.deepEqual(
      unknownTo(
        new Set([
          ...table,
          ...["try_needs", "package_needs"].flatMap((more) => [...programsOf(more)]),
          ...sharedFunctions,
        ]),
        commandsIn(readFileSync(path, "utf8")),
      ),
      [],
    ));

test("a package that requireProgram() names is the one in the table", () => {
  const named = sources
    .filter((path) => path.endsWith(".ts"))
    .flatMap((path) => [...readFileSync(path, "utf8").matchAll(/requireProgram\("(\S+)", "(\S+)"\)/g)]);
  assert.ok(named.length > 10);
  const rows = setup.split("\n").map((row) => row.split(" ").slice(0, 2).join(" "));
  const wrong = named.map(([, name, debian]) => `${name} ${debian}`).filter((row) => !rows.includes(row));
  assert.deepEqual(
    [...new Set(wrong)].filter((row) => row !== "systemd-analyze systemd"),
    [],
  );
});

test("what is called is found in TypeScript and in shell text", () => {
  assert.deepEqual(startedBy('runProgram("xz", [])\nawait promisify(execFile)("/usr/bin/jq")'), ["xz", "jq"]);
  assert.deepEqual(shellIn('runProgram("sh", ["-ec", "cat | tail"])'), ["cat | tail"]);
  const shell =
    "f() { :; }\nA=1 one x | two && three; if four; then five; fi\n# six\nx=$(seven) f 'eight; nine'\n";
  assert.deepEqual(commandsIn(shell), ["one", "two", "three", "four", "five", "seven"]);
});
