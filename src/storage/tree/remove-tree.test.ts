import assert from "node:assert/strict";
import { closeSync, constants, existsSync, mkdirSync, openSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { tmpDirectory } from "../../../test/fixtures/build-image.ts";
import { mkdirat, openat2 } from "../../os/at.ts";
import { removeTree } from "./remove-tree.ts";

/** More than calls can be nested, and than a path may be long. */
const DEEP = 2500;

function makeDeep(path: string): void {
  mkdirSync(path);
  let fd = openSync(path, constants.O_DIRECTORY);
  for (let depth = 0; depth < DEEP; depth++) {
    mkdirat(fd, "d", 0o700);
    const below = openat2(fd, "d", { flags: constants.O_DIRECTORY });
    closeSync(fd);
    fd = below;
  }
  closeSync(fd);
}

test("a tree of any depth can be deleted", (context) => {
  const path = join(tmpDirectory(context), "tree");
  makeDeep(path);
  mkdirSync(join(path, ".deep-0")); // a name that is wanted on the way
  writeFileSync(join(path, ".deep-0", "file"), "x");
  removeTree(path);
  assert.equal(existsSync(path), false);
});

test("deleting a tree follows no symlink, and what is gone is no error", (context) => {
  const root = tmpDirectory(context);
  const [tree, other] = [join(root, "tree"), join(root, "other")];
  for (const path of [tree, other]) mkdirSync(path);
  writeFileSync(join(other, "file"), "x");
  symlinkSync(other, join(tree, "link"));
  symlinkSync(tree, join(root, "to-tree"));
  removeTree(join(root, "to-tree"));
  assert.ok(existsSync(tree));
  removeTree(tree);
  removeTree(tree);
  assert.deepEqual([existsSync(tree), existsSync(join(other, "file"))], [false, true]);
});
