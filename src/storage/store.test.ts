import assert from "node:assert/strict";
import {
  existsSync,
  lstatSync,
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
import { tmpStore } from "../../test/fixtures/build-image.ts";
import { TspodError } from "../errors.ts";
import { openStore } from "./store.ts";

for (const [what, text, message] of [
  [
    "that was cut off",
    '{"schema',
    /store\.json" is damaged, it names no schemaVersion: use `tspod system check --repair`$/,
  ],
  [
    "without a version",
    "{}",
    /store\.json" is damaged, it names no schemaVersion: use `tspod system check --repair`$/,
  ],
  ...["null", "[]", "7", '{"schemaVersion":"1"}', '{"schemaVersion":1.5}'].map(
    (text) => [`that says ${text}`, text, /store\.json" is damaged, it names no schemaVersion/] as const,
  ),
  ["of a newer tspod", '{"schemaVersion":2}', /was written by a newer tspod \(schema 2, this one knows 1\)/],
] as const)
  test(`a store.json ${what} is refused`, (context) => {
    const { root } = tmpStore(context);
    writeFileSync(join(root, "store.json"), text);
    assert.throws(
      () => openStore(root),
      (error) => error instanceof TspodError && message.test(error.message),
    );
  });

function emptyDirectory(context: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), "tspod-root-"));
  context.after(() => rmSync(path, { recursive: true }));
  return path;
}

const isRefused = (message: RegExp) => (error: unknown) =>
  error instanceof TspodError && message.test(error.message);

test("an empty or missing directory becomes a store, that of a new file system too", (context) => {
  const root = emptyDirectory(context);
  mkdirSync(join(root, "lost+found"));
  assert.ok(existsSync(openStore(root).images));
  assert.ok(existsSync(openStore(join(root, "lost+found", "a", "b")).images));
});

for (const [what, make] of [
  ["a directory with files", (root: string) => writeFileSync(join(root, "thesis.txt"), "x")],
  [
    "a directory with tmp/ and layers/ of its own",
    (root: string) => {
      mkdirSync(join(root, "tmp/precious"), { recursive: true });
      mkdirSync(join(root, "layers/mine"), { recursive: true });
    },
  ],
  [
    "a directory with a symlink",
    (root: string) => {
      mkdirSync(join(root, "elsewhere"));
      symlinkSync("elsewhere", join(root, "layers"));
    },
  ],
] as const)
  test(`${what} is refused, and stays as it is`, (context) => {
    const root = emptyDirectory(context);
    make(root);
    const before = readdirSync(root, { recursive: true });
    assert.throws(
      () => openStore(root),
      isRefused(/" is no store, and not empty: give --root an empty directory/),
    );
    assert.throws(() => openStore(root, { repair: true }), isRefused(/" is no store, and not empty/));
    assert.deepEqual(readdirSync(root, { recursive: true }), before);
  });

test("what a call that was killed has left of a new store is no obstacle", (context) => {
  const root = emptyDirectory(context);
  mkdirSync(join(root, "images/blobs"), { recursive: true });
  mkdirSync(join(root, "locks"));
  writeFileSync(join(root, ".store.json.123.tmp"), "{");
  openStore(root);
  assert.equal(readFileSync(join(root, "store.json"), "utf8"), '{"schemaVersion":1}\n');
});

test("directories that are missing are made again", (context) => {
  const { root } = tmpStore(context);
  const all = readdirSync(root, { recursive: true }).sort();
  for (const name of ["images", "layers", "containers", "names", "volumes", "tmp", "partial", "locks"]) {
    rmSync(join(root, name), { recursive: true });
    openStore(root);
    assert.deepEqual(readdirSync(root, { recursive: true }).sort(), all);
  }
});

for (const name of [
  "images",
  "layers",
  "containers",
  "names",
  "volumes",
  "tmp",
  "partial",
  "locks",
  "secrets",
  "places",
]) {
  test(`${name} that is a symlink is refused, whatever it leads to`, (context) => {
    const { root } = tmpStore(context);
    const target = emptyDirectory(context);
    rmSync(join(root, name), { recursive: true, force: true });
    symlinkSync(target, join(root, name));
    assert.throws(
      () => openStore(root),
      isRefused(/" is a symbolic link: what is in a store must be its own/),
    );
    assert.deepEqual(readdirSync(target), []);
  });
  test(`${name} that is a file is refused`, (context) => {
    const { root } = tmpStore(context);
    rmSync(join(root, name), { recursive: true, force: true });
    writeFileSync(join(root, name), "");
    assert.throws(() => openStore(root), isRefused(/" is in the way of the store: it is no directory$/));
  });
}

test("the root itself may be a symlink", (context) => {
  const { root } = tmpStore(context);
  symlinkSync(root, `${root}-link`);
  assert.equal(openStore(`${root}-link`).root, `${root}-link`);
});

for (const [what, damage] of [
  ["damaged", (path: string) => writeFileSync(path, "{")],
  ["missing", (path: string) => rmSync(path)],
] as const)
  test(`a store.json that is ${what} is made anew by a repair, and only by that`, (context) => {
    const { root, volumes } = tmpStore(context);
    mkdirSync(join(volumes, "kept"));
    damage(join(root, "store.json"));
    assert.throws(() => openStore(root), isRefused(/store\.json" is .*: use `tspod system check --repair`$/));
    openStore(root, { repair: true });
    openStore(root);
    assert.ok(lstatSync(join(volumes, "kept")).isDirectory());
  });

test("a store that has moved is a store", (context) => {
  const { root } = tmpStore(context);
  renameSync(root, `${root}-moved`);
  openStore(`${root}-moved`);
});
