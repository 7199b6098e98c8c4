import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, describe, test } from "node:test";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;
const at = (...names: string[]) => join(host.directory, ...names);
const settings = (...names: string[]) => join(host.configDirectory, "containers", ...names);
execFileSync("mkfifo", [at("fifo")]);
writeFileSync(at("huge"), "");
truncateSync(at("huge"), 3 * 1024 ** 3); // sparse
/** Time for a call that does not wait for anything, on a loaded machine; a fifo would hold it for ever. */
const SOON_MS = 60_000;

const PLACES = [
  ["a fifo", at("fifo"), /" is a fifo, not a regular file/],
  ["a device without end", "/dev/zero", /" is a device, not a regular file/],
  ["3 GiB", at("huge"), /" has more than 16 MiB/],
  ["a directory", host.directory, /" is a directory/],
] as const;

/** Each with a command that needs it. */
const VARIABLES = [
  ["CONTAINERS_CONF", ["ps"]],
  ["CONTAINERS_CONF_OVERRIDE", ["ps"]],
  ["CONTAINERS_REGISTRIES_CONF", ["pull", "-q", IMAGE]],
  ["REGISTRY_AUTH_FILE", ["pull", "-q", IMAGE]],
  ["REGISTRY_AUTH_FILE", ["login", "--get-login", "test.localhost"]],
] as const;

describe("a settings file that can't be read as one ends the call in one line, and holds nothing", () => {
  for (const [variable, args] of VARIABLES)
    for (const [what, path, message] of PLACES)
      test(`${variable}, ${args[0]}: ${what}`, async () => {
        const { code, stdout, stderr } = await host.tspod(args, {
          env: { [variable]: path },
          timeoutMs: SOON_MS,
        });
        assert.deepEqual([code, stdout], [125, ""], stderr);
        assert.match(stderr, message);
        assert.match(stderr, /^(?:Trying to pull [^\n]*\n)?Error: [^\n]*\n$/);
      });

  test("/dev/null is an empty one", async () => {
    const env = { CONTAINERS_CONF: "/dev/null", REGISTRY_AUTH_FILE: "/dev/null" };
    await host.ok(["pull", "-q", IMAGE], { env });
  });
});

describe("so do files of the user's settings that are fifos", () => {
  const files = [
    ["policy.json", ["pull", "-q", IMAGE]],
    ["containers.conf", ["ps"]],
    ["containers.conf.d/a.conf", ["ps"]],
    ["registries.d/a.yaml", ["image", "trust", "show"]],
    ["auth.json", ["pull", "-q", IMAGE]],
    ["systemd/a.container", ["quadlet", "check"]],
    ["systemd/a.container", ["quadlet", "print", "a.container"]],
  ] as const;
  for (const [name, args] of files)
    test(`${name}: ${args.slice(0, 2).join(" ").replace(IMAGE, "IMAGE")}`, async () => {
      mkdirSync(dirname(settings(name)), { recursive: true });
      execFileSync("mkfifo", [settings(name)]);
      try {
        const { stderr } = await host.tspod(args, { timeoutMs: SOON_MS, env: { CONTAINERS_CONF: "" } });
        assert.match(stderr, /fifo|not a regular file/);
        assert.doesNotMatch(stderr, /this is a bug|^ {4}at /m);
      } finally {
        rmSync(settings(name));
      }
    });
});

describe("a file that a command line names may be a pipe, and a signal ends the wait for it", () => {
  const commands = [
    ["run", "--rm", "--env-file", at("fifo"), IMAGE, "true"],
    ["run", "--rm", "--label-file", at("fifo"), IMAGE, "true"],
    ["secret", "create", "s", at("fifo")],
    ["load", "-i", at("fifo")],
    ["import", at("fifo")],
    ["volume", "import", "v", at("fifo")],
    ["pull", "-q", `docker-archive:${at("fifo")}`],
    ["pull", "-q", `oci-archive:${at("fifo")}`],
  ];
  for (const args of commands)
    test(args.slice(0, 3).join(" ").replace(at("fifo"), "FIFO"), async () => {
      await host.ok(["volume", "create", "--ignore", "v"]);
      for (const signal of ["SIGINT", "SIGTERM"] as const) {
        const waiting = host.start(args);
        await new Promise((done) => setTimeout(done, 700));
        waiting.child.kill(signal);
        const late = setTimeout(() => waiting.child.kill("SIGKILL"), SOON_MS);
        const { code } = await waiting.ended;
        clearTimeout(late);
        assert.ok([130, 143].includes(Number(code)), `exit ${code}`);
      }
    });
});
