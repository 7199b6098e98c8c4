import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { checkWorkdir } from "../start/check-host.ts";
import { readAccountFiles } from "./image-accounts.ts";

const root = mkdtempSync(join(tmpdir(), "image-accounts-"));
after(() => rmSync(root, { recursive: true }));

function layer(name: string, files: Readonly<Record<string, string>>): string {
  for (const [path, text] of Object.entries(files)) {
    const file = join(root, name, path);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, text);
  }
  mkdirSync(join(root, name), { recursive: true });
  return join(root, name);
}

const base = layer("base", { "etc/passwd": "base", "etc/group": "base", "srv/data/file": "" });
const top = layer("top", { "etc/passwd": "top" });
const linked = layer("linked", {});
symlinkSync("/etc", join(linked, "etc"));
const fileLinked = layer("file-linked", { "etc/group": "own" });
symlinkSync("/etc/passwd", join(fileLinked, "etc", "passwd"));

for (const [name, directories, passwdText, groupText] of [
  ["the topmost layer that has the file counts", [top, base], "top", "base"],
  ["an empty upper directory hides nothing", [layer("upper", {}), top, base], "top", "base"],
  ["an /etc that leads elsewhere is not followed", [linked, base], "", ""],
  ["nor is a passwd that does", [fileLinked, base], "", "own"],
  ["no layers, no accounts", [], "", ""],
] as const) {
  test(`readAccountFiles(): ${name}`, () =>
    assert.deepEqual(readAccountFiles(directories), { passwdText, groupText }));
}

function optionsFor(
  workdir: string,
  mounts: readonly { destination: string }[] = [],
  workdirExplicit = true,
) {
  return { process: { workdir, workdirExplicit }, mounts } as unknown as Parameters<typeof checkWorkdir>[0];
}

for (const [name, options] of [
  ["in a lower layer", optionsFor("/srv/data")],
  ["the root", optionsFor("/")],
  ["through a symlink: the runtime follows it", optionsFor("/etc/anything")],
  ["in a mount", optionsFor("/mnt/deep/er", [{ destination: "/mnt" }])],
  ["of the image's own choice", optionsFor("/nowhere", [], false)],
] as const) {
  test(`checkWorkdir(): ${name}`, () => checkWorkdir(options, [linked, top, base], "id"));
}

for (const [name, options] of [
  ["nowhere", optionsFor("/nowhere")],
  ["beside a mount of a similar name", optionsFor("/mnt2", [{ destination: "/mnt" }])],
] as const) {
  test(`checkWorkdir(): refuses ${name}`, () =>
    assert.throws(() => checkWorkdir(options, [top, base], "id"), {
      message: `workdir "${options.process.workdir}" does not exist on container id`,
      exitCode: 126,
    }));
}
