import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { TSPOD } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;

const id = await host.ok(["image", "inspect", "--format", "{{.Id}}", IMAGE]);
const container = await host.ok(["create", "--name", "still", IMAGE, "cat", "/made"]);

/** A shell inside `unshare`, where `t` is tspod. */
function inside(script: string): ReturnType<typeof host.tspod> {
  return host.tspod(["unshare", "sh", "-c", `t() { "${TSPOD}" "$@"; }\n${script}`]);
}

async function lines(script: string): Promise<string[]> {
  const { code, stdout, stderr } = await inside(`set -e\n${script}`);
  assert.equal(code, 0, stderr);
  assert.equal(stderr, "");
  return stdout.replace(/\n$/, "").split("\n");
}

test("outside of unshare mounting makes no sense, and unmounting finds nothing", async () => {
  for (const command of [["mount"], ["mount", "still"], ["image", "mount", IMAGE]]) {
    const { code, stdout, stderr } = await host.tspod(command);
    assert.deepEqual({ code, stdout }, { code: 125, stdout: "" });
    const words = command[0] === "image" ? "image mount" : "mount";
    assert.equal(
      stderr,
      `Error: cannot run command "tspod ${words}" in rootless mode, must execute \`tspod unshare\` first\n`,
    );
  }
  assert.equal(await host.ok(["image", "unmount", IMAGE]), "");
  assert.equal(await host.ok(["umount", "still"]), "still");
});

describe("a stopped container that is mounted in unshare, and then used elsewhere, has one root filesystem", () => {
  /** While `mine` is mounted in another unshare: what `use` gives, and what is printed there at the end. */
  async function whileMounted<T>(end: string, use: () => Promise<T>): Promise<[T, string]> {
    const done = join(host.directory, "done");
    rmSync(done, { force: true });
    const script = `set -e; m=$("${TSPOD}" mount mine); cd "$m"; stat -c %d .
      echo made >made-there; until [ -e ${done} ]; do sleep 0.05; done; ${end}`;
    const session = host.start(["unshare", "sh", "-c", script]);
    await session.saw(/^\d+$/m);
    const result = await use();
    writeFileSync(done, "");
    const { code, stdout, stderr } = await session.ended;
    assert.deepEqual([code, stderr], [0, ""]);
    return [result, stdout];
  }

  test("start: each sees what the other writes", async () => {
    await host.ok(["create", "--name", "mine", IMAGE, "sleep", "1000"]);
    const [inside, there] = await whileMounted("cat made-here", async () => {
      await host.ok(["start", "mine"]);
      return host.ok(["exec", "mine", "sh", "-c", "stat -c %d /; cat /made-there; echo here >/made-here"]);
    });
    const device = there.split("\n")[0];
    assert.deepEqual([inside, there], [`${device}\nmade`, `${device}\nhere\n`]);
    await host.ok(["stop", "-t", "0", "mine"]);
    assert.equal(await host.ok(["diff", "mine"]), "C /etc\nA /made-here\nA /made-there");
  });

  test("mount in a second unshare, and cp", async () => {
    const [device, there] = await whileMounted("cat copied", async () => {
      await host.ok(["cp", import.meta.filename, "mine:/copied"]);
      return host.ok(["unshare", "sh", "-c", `stat -c %d "$("${TSPOD}" mount mine)"`]);
    });
    assert.equal(there, `${device}\n${readFileSync(import.meta.filename, "utf8")}`);
  });

  test("when nobody has it mounted any more, it is mounted anew", async () => {
    await host.ok(["start", "mine"]);
    assert.equal(await host.ok(["exec", "mine", "cat", "/made-here"]), "here");
    await host.ok(["rm", "-f", "-t", "0", "mine"]);
  });
});

describe("image mount", () => {
  test("the files, read-only; as often as it was mounted it is unmounted", async () => {
    const [seed, refused, ...rest] = await lines(`
      m=$(t image mount ${IMAGE}); cat "$m/var/data/seed"
      if 2>/dev/null >"$m/new"; then echo written; else echo refused; fi
      t image mount ${IMAGE} >/dev/null
      t image unmount ${IMAGE}; test -e "$m/bin/busybox"
      t image umount ${IMAGE}; t image umount ${IMAGE}
      t image mount; test ! -e "$m/bin/busybox"; echo end`);
    assert.deepEqual([seed, refused, ...rest], ["from the image", "refused", id, id, "end"]);
  });

  test("lists: a table, json, --all; --force unmounts whatever the count, and what is in use", async () => {
    const [table, ...rest] = await lines(`
      m=$(t image mount ${IMAGE}); t image mount --all; cd "$m"
      t image mount --format json | tr -d '\\n'; echo
      t image unmount ${IMAGE} 2>/dev/null || echo busy
      t image unmount --all --force; t image mount; echo end`);
    const [, path = ""] = (table ?? "").split(/\s+/);
    assert.match(path, new RegExp(`/mounts/${id}/merged$`));
    assert.equal(table, `${IMAGE}  ${path}`);
    const [json, ...more] = rest;
    const [mounted] = JSON.parse(json ?? "");
    assert.deepEqual(
      { ...mounted, Names: undefined },
      { id, Names: undefined, Repositories: [IMAGE], mountpoint: path },
    );
    assert.deepEqual(more, ["busy", id, "end"]);
  });

  test("what is wrong", async () => {
    for (const [command, message] of [
      ["image mount nosuch", "Error: nosuch: image not known\n"],
      ["image mount --format x", 'Error: unknown --format argument: "x"\n'],
      [
        "image mount --all x",
        "Error: when using the --all switch, you may not pass any image names or IDs\n",
      ],
      ["image unmount", "Error: image name or ID must be specified\n"],
      ["image unmount nosuch", "Error: nosuch: image not known\n"],
      ["mount nosuch", 'Error: no container with name or ID "nosuch" found: no such container\n'],
      ["umount", "Error: you must provide at least one name or id\n"],
    ]) {
      const { code, stdout, stderr } = await inside(`t ${command}`);
      assert.deepEqual({ code, stdout, stderr }, { code: 125, stdout: "", stderr: message }, `${command}`);
    }
  });
});

describe("mount", () => {
  test("what is written into a container that doesn't run is there when it runs", async () => {
    const rest = await lines(`
      m=$(t mount still); echo written > "$m/made"
      t mount; t mount --notruncate; t mount --format json | tr -d ' \\n'; echo
      t umount still; t mount; echo end`);
    const path = `${host.dataDirectory}/tspod/containers/${container}/merged`;
    assert.deepEqual(rest, [
      `${container.slice(0, 12)}  ${path}`,
      `${container}  ${path}`,
      `[{"id":"${container}","Names":["still"],"mountpoint":"${path}"}]`,
      "still",
      "end",
    ]);
    assert.equal(await host.ok(["start", "--attach", "still"]), "written");
  });

  test("a mount goes with its unshare: the next one sees none", async () => {
    await lines("t --log-level error container mount still");
    assert.deepEqual(await lines("t mount; t umount --all; echo none"), ["none"]);
  });

  test("of a running container it is its own view, and stays", async () => {
    await host.ok(["run", "-d", "--name", "running", "-v", "vol:/v", IMAGE, "sleep", "100"]);
    const pid = await host.ok(["inspect", "--format", "{{.State.Pid}}", "running"]);
    const [path, written, ...rest] = await lines(`
      m=$(t mount --latest); echo "$m"; echo text > "$m/v/file"; cat "$m/v/file"
      t umount running; t umount --all; t mount`);
    assert.deepEqual([path, written], [`/proc/${pid}/root`, "text"]);
    assert.equal(rest[0], "running");
    assert.match(rest[1] ?? "", /^[0-9a-f]{12} {2}\/proc\/\d+\/root$/);
    assert.equal(await host.ok(["exec", "running", "cat", "/v/file"]), "text");
    await host.ok(["rm", "-f", "-t", "0", "running"]);
  });
});
