import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { dockerRegistries } from "../support/docker-registry.ts";
import { makeImage } from "../support/image.ts";
import { makeWorld } from "../support/world.ts";

/* `--config DIR` before a command, as docker and podman 5.8 have it, and the words of who isn't logged in. */

const registries = dockerRegistries();
const world = await makeWorld({ images: {} });
const { host, registry } = world;
after(async () => {
  registries.close();
  await world.close();
});
const target = await registries.start({ password: true });
registry.add("own", "1", makeImage());
await host.ok(["pull", "-q", "test.localhost/own:1"]);

const directory = join(host.directory, "docker");
const file = join(directory, "config.json");
const INSECURE = "--tls-verify=false";

test("login makes the directory, and other commands find it; logout empties the file", async () => {
  const credentials = ["--username", "user", "--password", "right"];
  const text = await host.ok(["--config", directory, "login", INSECURE, ...credentials, target]);
  assert.equal(text, "Login Succeeded!");
  const auth = Buffer.from("user:right").toString("base64");
  assert.deepEqual(JSON.parse(readFileSync(file, "utf8")), { auths: { [target]: { auth } } });
  const own = "test.localhost/own:1";
  await host.ok(["--config", directory, "push", "-q", INSECURE, own, `${target}/own:1`]);
  assert.equal(await host.ok(["--config", directory, "login", "--get-login", target]), "user");
  // Nobody else has them.
  const { code, stderr } = await host.tspod(["login", "--get-login", target]);
  assert.deepEqual([code, stderr], [125, `Error: not logged into ${target}\n`]);
  await host.ok(["--config", directory, "logout", target]);
  assert.deepEqual(JSON.parse(readFileSync(file, "utf8")), { auths: {} });
});

test("a directory that isn't there is none until somebody logs in; anything else is refused", async () => {
  const none = join(host.directory, "none");
  assert.equal(await host.ok(["--config", none, "ps", "-q"]), "");
  assert.equal(existsSync(none), false);
  assert.equal(await host.ok(["--config", "", "ps", "-q"]), "");
  mkdirSync(directory, { recursive: true });
  for (const [path, message] of [
    [file, `Supplied --config file (${file}) is not a directory\n`],
    [
      `${file}/x`,
      `Supplied --config folder (${file}/x) exists but is not accessible: stat ${file}/x: not a directory\n`,
    ],
  ] as const) {
    const { code, stdout, stderr } = await host.tspod(["--config", path, "ps"]);
    assert.deepEqual([code, stdout, stderr], [1, "", message]);
  }
});

test("who isn't logged in is told so in podman 5.8's words", async () => {
  const own = "test.localhost/own:1";
  const push = await host.tspod(["push", INSECURE, own, `${target}/bad:1`]);
  assert.equal(push.code, 125);
  const asked = /Error: trying to reuse blob (\S+) at destination: checking whether a blob \1 exists in /;
  assert.match(push.stderr, asked);
  assert.ok(push.stderr.includes(` exists in ${target}/bad: authentication required (`), push.stderr);
  const pull = await host.tspod(["pull", INSECURE, `${target}/own:1`]);
  assert.equal(pull.code, 125);
  assert.ok(
    pull.stderr.includes(`: reading manifest 1 in ${target}/own: authentication required (`),
    pull.stderr,
  );
  const search = await host.tspod(["search", INSECURE, `${target}/own`]);
  assert.equal(search.code, 125);
  assert.match(search.stderr, /^Error: couldn't search registry "[^"]*": authentication required/);
});

test("help shows the defaults that containers.conf gives", async () => {
  const conf = join(host.directory, "containers.conf");
  writeFileSync(conf, '[engine]\nretry = 10\nretry_delay = "5s"\n');
  for (const [command, what] of [
    ["pull", "pull"],
    ["push", "push"],
    ["create", "pull"],
    ["run", "pull"],
  ] as const) {
    const { stdout } = await host.tspod([command, "--help"]);
    assert.ok(stdout.includes(`performing ${what} (default 3)`), stdout);
    const { stdout: changed } = await host.tspod([command, "--help"], { env: { CONTAINERS_CONF: conf } });
    assert.ok(changed.includes(`performing ${what} (default 10)`), changed);
    assert.ok(changed.includes(`${what} failures (default "5s")`), changed);
  }
});
