import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
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
