import assert from "node:assert/strict";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { installQuadlets } from "./install.ts";
import { ownDirectories, quadletFiles } from "./search.ts";

test("a directory is installed without the links in it that lead nowhere, and found through a link", (context) => {
  const root = mkdtempSync(join(tmpdir(), "tspod-quadlets-"));
  context.after(() => rmSync(root, { recursive: true }));
  const [shop, real] = [join(root, "shop"), join(root, "dotfiles/containers/systemd")];
  for (const path of [shop, real]) mkdirSync(path, { recursive: true });
  writeFileSync(join(shop, "web.container"), "[Container]\nImage=localhost/web\n");
  symlinkSync("nowhere", join(shop, "dangling.container"));
  symlinkSync("dotfiles", join(root, ".config"));
  const directory = join(root, ".config/containers/systemd");
  installQuadlets([shop], { directory, replace: false });
  assert.deepEqual(readdirSync(real).sort(), [".shop.app", "web.container"]);
  assert.deepEqual(quadletFiles(ownDirectories({ HOME: root })), [join(real, "web.container")]);
});

/** A directory with one quadlet in it, and sources of it and two more, in this order: a, b, c. */
function someInstalled(context: TestContext): { directory: string; sources: string[] } {
  const root = mkdtempSync(join(tmpdir(), "tspod-quadlets-"));
  context.after(() => rmSync(root, { recursive: true }));
  const directory = join(root, "own");
  for (const name of ["own", "new"]) mkdirSync(join(root, name));
  writeFileSync(join(directory, "b.container"), "old b");
  const sources = ["a", "b", "c"].map((name) => join(root, `new/${name}.container`));
  for (const path of sources) writeFileSync(path, `new ${path.at(-11)}`);
  return { directory, sources };
}

function contents(directory: string): Record<string, string> {
  const names = readdirSync(directory).sort();
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(directory, name), "utf8")]));
}

const BEFORE = { "b.container": "old b" };
const AFTER = {
  ".a.app": "a.container\nb.container\nc.container\n",
  "a.container": "new a",
  "b.container": "new b",
  "c.container": "new c",
};

test("all is installed, in place of what is there", (context) => {
  const { directory, sources } = someInstalled(context);
  const paths = installQuadlets(sources, { directory, replace: true });
  assert.deepEqual(contents(directory), AFTER);
  assert.deepEqual(
    paths,
    ["a", "b", "c"].map((name) => join(directory, `${name}.container`)),
  );
});

for (const [what, spoil, message] of [
  [
    "the last can't be read",
    (_: string, [, , last = ""]: string[]) => chmodSync(last, 0),
    /^unable to copy file from .*c\.container to c\.container$/,
  ],
  [
    "the last has the name of a directory",
    (directory: string) => mkdirSync(join(directory, "c.container")),
    /c\.container" is a directory$/,
  ],
] as const)
  test(`nothing is installed where ${what}`, (context) => {
    const { directory, sources } = someInstalled(context);
    spoil(directory, sources);
    assert.throws(() => installQuadlets(sources, { directory, replace: true }), { message });
    rmSync(join(directory, "c.container"), { recursive: true, force: true });
    assert.deepEqual(contents(directory), BEFORE);
  });

test("nothing is installed of two files with one name", (context) => {
  const { directory, sources } = someInstalled(context);
  const [a = ""] = sources;
  assert.throws(() => installQuadlets([a, a], { directory, replace: true }), {
    message: /another of these files has the name a\.container too$/,
  });
  assert.deepEqual(contents(directory), BEFORE);
});

/** As a call leaves it that was killed after some of the moves: a is new, b replaced, and c about to be. */
const MOVES: readonly (readonly [from: string, to: string])[] = [
  ["0.new", "../a.container"],
  ["../b.container", "1.old"],
  ["1.new", "../b.container"],
  ["2.new", "../c.container"],
];
for (let done = 0; done <= MOVES.length; done++)
  test(`a call that was killed after ${done} moves is taken back by the next`, (context) => {
    const { directory, sources } = someInstalled(context);
    const staging = join(directory, ".tspod-install");
    mkdirSync(staging);
    for (const at of [0, 1, 2]) writeFileSync(join(staging, `${at}.new`), "half");
    const undo = ["a", "b", "c"].map((name) => ({ name: `${name}.container`, wasThere: name === "b" }));
    writeFileSync(join(staging, "undo.json"), JSON.stringify(undo));
    for (const [from, to] of MOVES.slice(0, done)) renameSync(join(staging, from), join(staging, to));
    const [, , c = ""] = sources;
    installQuadlets([c], { directory, replace: true });
    assert.deepEqual(contents(directory), { ...BEFORE, "c.container": "new c" });
  });

test("what a killed call has installed half is not in the way of the same call", (context) => {
  const { directory, sources } = someInstalled(context);
  const staging = join(directory, ".tspod-install");
  mkdirSync(staging);
  writeFileSync(join(staging, "undo.json"), JSON.stringify([{ name: "c.container", wasThere: false }]));
  writeFileSync(join(directory, "c.container"), "half");
  const [, , c = ""] = sources;
  installQuadlets([c], { directory, replace: false });
  assert.deepEqual(contents(directory), { ...BEFORE, "c.container": "new c" });
});
