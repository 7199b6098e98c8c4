import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, describe, test } from "node:test";
import { TSPOD, until } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld({
  images: { busybox: {}, declares: { config: { Volumes: { "/var/data": {} } } } },
});
after(() => world.close());
const { host } = world;
const store = join(host.dataDirectory, "tspod");
const at = (...names: string[]) => join(store, ...names);
const WARNING = [
  "WARNING! This will remove:",
  ...["containers", "images", "volumes", "secrets"].map((things) => `        - all ${things}`),
  `        - all else in the store: "${store}"`,
  "Are you sure you want to continue? [y/N] ",
].join("\n");
const silent = { code: 0, stdout: "", stderr: "" };

/**
 * Two containers that run, one of which needs the other, one that does not, volumes, a secret, several
 * images.
 */
async function fill(): Promise<void> {
  for (const name of ["busybox", "declares"]) await host.ok(["pull", "-q", `test.localhost/${name}:latest`]);
  await host.ok(["tag", IMAGE, "other:1"]);
  await host.ok([
    "run",
    "-d",
    "--name",
    "base",
    "--stop-timeout",
    "0",
    "--restart",
    "always",
    IMAGE,
    "sleep",
    "1000",
  ]);
  const needs = ["--requires", "base", "--network", "container:base", "--stop-timeout", "0"];
  await host.ok(["run", "-d", "--name", "above", "-v", "named:/n", ...needs, IMAGE, "sleep", "1000"]);
  await host.ok(["create", "--name", "idle", "test.localhost/declares:latest"]);
  writeFileSync(join(host.directory, "secret"), "hush");
  await host.ok(["secret", "create", "one", join(host.directory, "secret")]);
  await host.ok(["run", "--rm", "-v", "named:/n", IMAGE, "sh", "-c", "echo x >/n/f; chown 5:6 /n/f"]);
}

/** What `ps`, `images` and the like list, one line each. */
async function listed(): Promise<string> {
  const lists = [
    ["ps", "-aq"],
    ["images", "-q"],
    ["volume", "ls", "-q"],
    ["secret", "ls", "-q"],
  ];
  return (await Promise.all(lists.map((args) => host.ok(args)))).join("\n").trim();
}

/** Names of what is left in the store's directories. */
function left(): string[] {
  const directories = [
    "containers",
    "images/blobs/sha256",
    "layers",
    "names",
    "volumes",
    "partial",
    "tmp",
    "places",
  ];
  return directories.flatMap((name) =>
    existsSync(at(name)) ? readdirSync(at(name)).map((file) => join(name, file)) : [],
  );
}

describe("system reset asks first", () => {
  for (const [name, input, code, stderr] of [
    ["no", "n\n", 0, ""],
    ["an empty line", "\n", 0, ""],
    ["nobody is there: 1, as podman", "", 1, "ERRO[0000] EOF\n"],
  ] as const)
    test(name, async () => {
      await host.ok(["volume", "create", "--ignore", "kept"]);
      assert.deepEqual(await host.tspod(["system", "reset"], { input }), { code, stdout: WARNING, stderr });
      assert.equal(await host.ok(["volume", "ls", "-q"]), "kept");
      assert.ok((await host.ok(["images", "-q"])) !== "");
    });

  test("operands are refused", async () => {
    const { code, stdout, stderr } = await host.tspod(["system", "reset", "all"]);
    assert.deepEqual([code, stdout], [125, ""]);
    assert.match(stderr, /^Error: `tspod system reset` takes no arguments\n/);
  });
});

describe("system reset", () => {
  for (const [name, args, input, stdout] of [
    ["yes", [], "Yes\n", WARNING],
    ["--force", ["--force"], "", ""],
  ] as const)
    test(`${name}: running containers, images, volumes, secrets and events are gone, and all works as before`, async () => {
      await fill();
      mkdirSync(at("mine"), { recursive: true });
      writeFileSync(at("mine/file"), "not of the store");
      assert.deepEqual(await host.tspod(["system", "reset", ...args], { input }), {
        code: 0,
        stdout,
        stderr: "",
      });
      assert.deepEqual([await listed(), left()], ["", []]);
      assert.equal(await host.ok(["events", "--stream=false", "--since", "1h"]), "");
      assert.equal(readFileSync(at("mine/file"), "utf8"), "not of the store");
      assert.deepEqual(await host.tspod(["system", "reset", "-f"]), silent, "once more");
      await host.ok(["pull", "-q", IMAGE]);
      assert.equal(await host.ok(["run", "--rm", "--name", "base", "-v", "named:/n", IMAGE, "ls", "/n"]), "");
    });

  test("what the user has put into the store's directories stays, and is named", async () => {
    const made = ["networks/own.json", "build/cache", "build/mounts"];
    const mine = [
      "build/mine",
      "build/cache/notes.json",
      "build/mounts/kept/file",
      "last-addresses/notes",
      "networks/README",
      "networks/drafts/net.json",
    ];
    await host.ok(["network", "create", "own"]);
    mkdirSync(join(host.directory, "context"));
    const file = `FROM ${IMAGE}\nCOPY Dockerfile /\nRUN --mount=type=cache,target=/c echo x >/c/f\n`;
    writeFileSync(join(host.directory, "context/Dockerfile"), file);
    await host.ok(["build", "--quiet", join(host.directory, "context")]);
    for (const path of made) assert.ok(existsSync(at(path)), path);
    for (const path of mine) {
      mkdirSync(dirname(at(path)), { recursive: true });
      writeFileSync(at(path), "mine");
    }
    assert.deepEqual(await host.tspod(["builder", "prune", "-af", "--filter", "until=1h"]), {
      code: 0,
      stdout: "Total reclaimed space: 0B\n",
      stderr: "",
    });
    const stays = [
      "networks/README",
      "networks/drafts",
      "last-addresses/notes",
      "build/cache/notes.json",
      "build/mounts/kept",
      "build/mine",
    ];
    const lines = stays.map((path) => `WARN[0000] "${at(path)}" stays: tspod gives no such name\n`);
    assert.deepEqual(await host.tspod(["system", "reset", "-f"]), { ...silent, stderr: lines.join("") });
    for (const path of mine) assert.equal(readFileSync(at(path), "utf8"), "mine");
    for (const directory of ["build", "last-addresses", "networks"])
      rmSync(at(directory), { recursive: true });
    assert.deepEqual(await host.tspod(["system", "reset", "-f"]), silent);
    await host.ok(["pull", "-q", IMAGE]);
  });

  test("of another store leaves this one alone", async () => {
    const other = ["--root", join(host.directory, "other")];
    await host.ok(["volume", "create", "stays"]);
    await host.ok([...other, "volume", "create", "goes"]);
    assert.deepEqual(await host.tspod([...other, "system", "reset", "-f"]), silent);
    assert.equal(await host.ok([...other, "volume", "ls", "-q"]), "");
    assert.match(await host.ok(["volume", "ls", "-q"]), /^stays$/m);
    assert.ok((await host.ok(["images", "-q"])) !== "");
  });

  test("works on records that are damaged", async () => {
    const id = await host.ok(["create", "--name", "damaged", IMAGE]);
    const unreadable = await host.tspod([
      "unshare",
      "sh",
      "-c",
      `echo '{' >"$1"`,
      "sh",
      at("containers", id, "container.json"),
    ]);
    assert.deepEqual(unreadable, silent);
    mkdirSync(at("containers", "0".repeat(64)));
    writeFileSync(at("volumes/stays/volume.json"), "{");
    writeFileSync(at("images/index.json"), "{");
    writeFileSync(at("partial", "0".repeat(64)), "of a download");
    assert.equal((await host.tspod(["images"])).code, 125, "nothing tells of images any more");
    assert.deepEqual(await host.tspod(["system", "reset", "-f"]), silent);
    assert.deepEqual([await listed(), left()], ["", []]);
    await host.ok(["pull", "-q", IMAGE]);
  });

  test("a container that runs and has a damaged record is killed and removed as well", async () => {
    const id = await host.ok(["run", "-d", "--name", "runs", IMAGE, "sleep", "1000"]);
    const pid = await host.ok(["inspect", "--format", "{{.State.Pid}}", "runs"]);
    writeFileSync(at("containers", id, "container.json"), "{");
    assert.deepEqual(await host.tspod(["system", "reset", "-f"]), silent);
    assert.ok(!existsSync(`/proc/${pid}`));
    assert.deepEqual([await listed(), left()], ["", []]);
    await host.ok(["pull", "-q", IMAGE]);
  });

  test("what is mounted in a tspod unshare is not deleted with the volume", async () => {
    const directory = join(host.directory, "of-the-host");
    mkdirSync(directory);
    writeFileSync(join(directory, "file"), "mine");
    await host.ok(["volume", "create", "--opt", "type=bind", "--opt", `device=${directory}`, "bound"]);
    const script = `"${TSPOD}" volume mount bound && "${TSPOD}" system reset --force && "${TSPOD}" volume ls -q`;
    assert.equal(await host.ok(["unshare", "sh", "-c", script]), at("volumes/bound/_data"));
    assert.equal(readFileSync(join(directory, "file"), "utf8"), "mine");
  });

  test("killed at any moment, the next one ends it", async () => {
    for (const delay of [90, 250]) {
      await fill();
      const running = host.start(["system", "reset", "--force"]);
      setTimeout(() => running.child.kill("SIGKILL"), delay);
      await running.ended;
      assert.deepEqual(await host.tspod(["system", "reset", "--force"]), silent);
      assert.deepEqual([await listed(), left()], ["", []]);
    }
  });

  test("a container that ignores its stop signal is killed after its time", async () => {
    await host.ok(["pull", "-q", IMAGE]);
    const script = "trap '' TERM; echo ready; while :; do sleep 0.1; done";
    await host.ok(["run", "-d", "--name", "deaf", "--stop-timeout", "1", IMAGE, "sh", "-c", script]);
    await until(async () => (await host.ok(["logs", "deaf"])) === "ready", "the trap");
    assert.deepEqual(await host.tspod(["system", "reset", "-f"]), {
      code: 0,
      stdout: "",
      stderr:
        "WARN[0000] StopSignal SIGTERM failed to stop container deaf in 1 seconds, resorting to SIGKILL\n",
    });
  });
});

test("what builds keep goes at the first reset, with its layers", async () => {
  await host.ok(["pull", "-q", IMAGE]);
  await host.ok(["build", "-q", "-t", "made", "-"], { input: `FROM ${IMAGE}\nRUN echo built >/built\n` });
  assert.deepEqual(await host.tspod(["system", "reset", "-f"]), silent);
  assert.deepEqual(readdirSync(at("layers")), []);
  assert.deepEqual(readdirSync(at("images", "blobs", "sha256")), []);
  assert.equal(existsSync(at("build")), false);
});
