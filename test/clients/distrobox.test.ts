import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { debianLayers } from "../support/debian-image.ts";
import { requireProgram } from "../support/program.ts";
import { makeWorld } from "../support/world.ts";
import { makeClient } from "./client.ts";

/*
 * A container of distrobox has the user's home and account in it, and is set up by the first `enter`: its
 * entrypoint makes the user, writes /etc/sudoers.d, and binds parts of the host to where they belong.
 */

requireProgram("sudo", "sudo");
/** Distrobox installs what it does not find in a box; the last ones are looked for by their names only. */
const PACKAGES = [
  "bash",
  "dash",
  "coreutils",
  "diffutils",
  "findutils",
  "grep",
  "sed",
  "tar",
  "gzip",
  "hostname",
];
const ACCOUNTS = ["passwd", "login", "mount", "util-linux", "sudo", "procps", "libc-bin", "base-files"];
const WANTED = ["pinentry", "wget", "curl", "less", "bc", "time", "lsof"];
const layers = debianLayers([...PACKAGES, ...ACCOUNTS]);
const names = WANTED.map((name) => ({ path: `usr/local/bin/${name}`, linkTo: "/usr/bin/true" }));
/** Where distrobox 1.8 finds this all is installed: images that were made of a box have it. */
const DONE = { path: ".containersetupdone", content: "" };
const world = await makeWorld({
  images: {
    debian: { layers: [...layers, [...names, { path: "etc/profile.d/" }, DONE]], compression: "none" },
  },
});
after(() => world.close());
const { host } = world;
const { run, ok } = makeClient(host, {
  SHELL: "/bin/bash",
  DBX_CONTAINER_MANAGER: "podman",
  DBX_NON_INTERACTIVE: "1",
});
const user = process.getuid?.() ?? 0;
const enter = (...command: string[]) =>
  run("distrobox-enter", ["--no-tty", "--name", "box", "--", ...command]);

before(async () => {
  const image = "test.localhost/debian:latest";
  const words = ["--yes", "--no-entry", "--name", "box", "--image", image, "--home", host.directory];
  const { stdout, stderr } = await ok("distrobox-create", words);
  assert.match(stdout + stderr, /'?box'? successfully created/);
});

test("list shows it as created", async () => {
  const { stdout } = await ok("distrobox-list", ["--no-color"]);
  assert.match(stdout, /\| box +\| [Cc]reated +\| test\.localhost\/debian:latest/);
});

test("enter sets it up: the caller's account and directory, root by sudo, the command's exit code", async () => {
  const { code, stdout, stderr } = await enter("sh", "-c", "id -u; id -un; pwd; sudo id -u; exit 7");
  assert.equal(code, 7, stdout + stderr + (await host.tspod(["logs", "box"])).stderr);
  assert.match(stdout + stderr, /Container Setup Complete!/);
  assert.match(stdout, new RegExp(`${user}\n\\S+\n${host.directory}\n0\n$`));
});

test("enter once more only runs the command", async () => {
  const result = await enter("sh", "-c", "test -w . && echo writable");
  assert.deepEqual(result, { code: 0, stdout: "writable\n", stderr: "" });
});

test("packages can make users in it", async () => {
  const { code, stdout, stderr } = await enter("sudo", "sh", "-c", "useradd -m other && id -un other");
  assert.deepEqual([code, stdout], [0, "other\n"], stderr);
});

test("stop and rm", async () => {
  await ok("distrobox-stop", ["--yes", "box"]);
  assert.equal(await host.ok(["ps", "-a", "--format", "{{.Names}} {{.State}}"]), "box exited");
  await ok("distrobox-rm", ["--force", "box"]);
  assert.equal(await host.ok(["ps", "-aq"]), "");
});
