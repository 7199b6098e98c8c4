import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { requireProgram } from "../test/support/program.ts";

/** What a user without rights is told to type where programs are missing, for each package manager. */
const directory = mkdtempSync(join(tmpdir(), "tspod-setup-"));
after(() => rmSync(directory, { recursive: true }));

/** The end of what setup says where PATH has a shell's tools and that package manager, and nothing else. */
function advice(manager: string): string {
  const bin = mkdtempSync(join(directory, "bin-"));
  for (const tool of ["sh", "dirname", "uname", "id", "tr", "sort", "awk", "ldd", "grep"])
    symlinkSync(requireProgram(tool, "coreutils"), join(bin, tool));
  // It is only looked for.
  writeFileSync(join(bin, manager), "");
  chmodSync(join(bin, manager), 0o755);
  const script = join(import.meta.dirname, "setup");
  const { status, stderr } = spawnSync("sh", [script, "run"], { env: { PATH: bin }, encoding: "utf8" });
  assert.equal(status, 1, stderr);
  return stderr;
}

const ROWS = [
  ["apt-get", "Debian", "apt-get update && apt-get install --no-install-recommends -y", "uidmap"],
  ["dnf", "Fedora", "dnf install -y", "shadow-utils"],
  ["pacman", "Arch", "pacman -S --needed", "shadow"],
  ["zypper", "openSUSE", "zypper install -y", "shadow"],
] as const;

for (const [manager, name, command, idmap] of ROWS)
  test(`${name}: its packages, by ${manager}`, () => {
    const said = advice(manager);
    assert.ok(said.startsWith(`Some programs are missing. On ${name}, as root:\n    ${command} `), said);
    const packages = said.trim().split(" ");
    for (const needed of ["crun", "gcc", "make", "slirp4netns", idmap])
      assert.ok(packages.includes(needed), said);
  });
