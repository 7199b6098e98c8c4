import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { dropInDirectories, dropIns, quadletFiles, searchDirectories } from "./search.ts";

const root = realpathSync(mkdtempSync(join(tmpdir(), "quadlets-")));
after(() => rmSync(root, { recursive: true }));

function put(...paths: string[]): void {
  for (const path of paths) {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), "");
  }
}

put(
  "run/containers/systemd/a.container",
  "conf/containers/systemd/a.container",
  "conf/containers/systemd/deep/er/b.volume",
  "conf/containers/systemd/notes.txt",
  "conf/containers/systemd/a.container.d/20.conf",
  "conf/containers/systemd/container.d/10.conf",
  "conf/containers/systemd/container.d/20.conf",
  "elsewhere/c.image",
);
symlinkSync(join(root, "elsewhere"), join(root, "conf/containers/systemd/link"));
symlinkSync(root, join(root, "elsewhere/loop"));

const env = { XDG_RUNTIME_DIR: join(root, "run"), XDG_CONFIG_HOME: join(root, "conf") };
const below = (paths: readonly string[]) =>
  paths.filter((path) => path.startsWith(root)).map((path) => path.slice(root.length + 1));

test("a user's quadlets are looked for in subdirectories and behind symlinks, the first of a name counts", () => {
  const files = below(quadletFiles(searchDirectories({ env, uid: 7 })));
  assert.equal(files[0], "run/containers/systemd/a.container");
  assert.deepEqual(files.slice(1).sort(), ["conf/containers/systemd/deep/er/b.volume", "elsewhere/c.image"]);
});

test("QUADLET_UNIT_DIRS takes the place of all others; what is no absolute path doesn't count", () => {
  const directories = searchDirectories({
    env: { ...env, QUADLET_UNIT_DIRS: `here:${join(root, "run")}` },
    uid: 7,
  });
  assert.deepEqual(below(directories), ["run", "run/containers", "run/containers/systemd"]);
});

test("of drop-ins with one name the most specific counts", () => {
  const directories = searchDirectories({ env, uid: 7 });
  assert.deepEqual(below(dropIns(join(root, "conf/containers/systemd/a.container"), directories)), [
    "conf/containers/systemd/container.d/10.conf",
    "conf/containers/systemd/a.container.d/20.conf",
  ]);
});

for (const [name, expected] of [
  ["a.container", ["a.container.d", "container.d"]],
  ["a-b-c.volume", ["a-b-c.volume.d", "a-b-.volume.d", "a-.volume.d", "volume.d"]],
  ["a@1.container", ["a@1.container.d", "a@.container.d", "container.d"]],
  ["a-b@.container", ["a-b@.container.d", "a-@.container.d", "a-.container.d", "container.d"]],
] as const) {
  test(`dropInDirectories(): ${name}`, () => assert.deepEqual(dropInDirectories(name), expected));
}
