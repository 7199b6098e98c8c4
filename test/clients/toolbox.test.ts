import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, test } from "node:test";
import { debianLayers } from "../support/debian-image.ts";
import { requireProgram } from "../support/program.ts";
import { makeWorld } from "../support/world.ts";
import { makeClient } from "./client.ts";

/*
 * toolbox calls podman some ten times for each of its commands, and reads mounts, labels, entry point and
 * process of the container from `inspect`. Its own program is the container's entry point.
 */

const TOOLBOX = requireProgram("toolbox", "podman-toolbox");
const SESSION = requireProgram("dbus-run-session", "dbus-daemon");
requireProgram("sudo", "sudo");
requireProgram("capsh", "libcap2-bin");
const PACKAGES = [
  "bash",
  "dash",
  "coreutils",
  "findutils",
  "grep",
  "sed",
  "libcap2-bin",
  "libsubid4 | libsubid5 | libsubid6",
];
const ACCOUNTS = ["passwd", "login", "mount", "util-linux", "sudo", "hostname", "libc-bin", "base-files"];
const world = await makeWorld({
  images: {
    debian: {
      layers: debianLayers([...PACKAGES, ...ACCOUNTS]),
      compression: "none",
      config: { Cmd: ["bash"], Labels: { "com.github.containers.toolbox": "true" } },
    },
  },
});
const { host } = world;
// It mounts the system's bus, and asks there for services; the tests' machine may have none.
const bus = join(host.directory, "system-bus");
const server = createServer((socket) => socket.destroy());
await once(server.listen(bus), "listening");
after(async () => {
  server.close();
  await world.close();
});
const { run } = makeClient(host, { DBUS_SYSTEM_BUS_ADDRESS: `unix:path=${bus}`, SHELL: "/bin/bash" });
const toolbox = (...args: string[]) => run(SESSION, ["--", TOOLBOX, ...args]);
const IMAGE = "test.localhost/debian:latest";

test("create", async () => {
  const { code, stdout, stderr } = await toolbox("--assumeyes", "create", "--image", IMAGE, "box");
  assert.equal(code, 0, stdout + stderr);
  assert.match(stdout, /^Created container: box$/m);
});

test("list names the image and the container", async () => {
  const { code, stdout, stderr } = await toolbox("list");
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^[0-9a-f]{12} +test\.localhost\/debian:latest +\d+ \w+ ago$/m);
  assert.match(stdout, /^[0-9a-f]{12} +box +.* ago +created +test\.localhost\/debian:latest$/m);
});

test("run sets it up: the caller's account, root by sudo, the container's own record", async () => {
  const script = 'id -u; sudo id -u; . /run/.containerenv; echo "$name $image"';
  const { code, stdout, stderr } = await toolbox("run", "--container", "box", "sh", "-c", script);
  assert.equal(code, 0, stderr + (await host.tspod(["logs", "box"])).stderr);
  assert.equal(stdout, `${process.getuid?.()}\n0\nbox ${IMAGE}\n`);
});

test("run ends as the command does", async () => {
  assert.equal((await toolbox("run", "--container", "box", "sh", "-c", "exit 7")).code, 7);
});

test("rm refuses a running one, and removes it with --force", async () => {
  const refused = await toolbox("rm", "box");
  assert.match(refused.stderr, /container box is running/);
  assert.equal((await toolbox("rm", "--force", "box")).code, 0);
  assert.equal(await host.ok(["ps", "-aq"]), "");
});
