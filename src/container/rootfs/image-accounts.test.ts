import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
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

const nix = layer("nix", { "nix/s/passwd": "nix", "nix/s/group": "nix group" });
mkdirSync(join(nix, "etc"));
symlinkSync("/nix/s/passwd", join(nix, "etc/passwd"));
symlinkSync("../nix/s/group", join(nix, "etc/group"));
const nixLinks = layer("nix-links", { "etc/hosts": "" });
symlinkSync("../../../../../nix/s/passwd", join(nixLinks, "etc/passwd"));
const hostLinks = layer("host-links", {});
mkdirSync(join(hostLinks, "etc"));
symlinkSync(join(base, "etc/passwd"), join(hostLinks, "etc/passwd"));
symlinkSync("../../base/etc/group", join(hostLinks, "etc/group"));
const odd = layer("odd", { "etc/group/directory": "" });
execFileSync("mkfifo", [join(odd, "etc/passwd")]);
const large = layer("large", { "etc/group": "x", "etc/passwd": "x".repeat(1024 * 1024 + 1) });

for (const [name, directories, passwdText, groupText] of [
  ["the topmost layer that has the file counts", [top, base], "top", "base"],
  ["an empty upper directory hides nothing", [layer("upper", {}), top, base], "top", "base"],
  ["an /etc that leads to itself is none", [linked, base], "", ""],
  ["nor is a passwd that does", [fileLinked, base], "", "own"],
  ["symlinks are followed in the root filesystem", [nix], "nix", "nix group"],
  ["also by way of the layers below", [nixLinks, nix], "nix", "nix group"],
  ["and lead nowhere else", [hostLinks], "", ""],
  ["a fifo is not waited for, a directory not read", [odd], "", ""],
  ["nor is what no accounts can be as large as", [large], "", "x"],
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
