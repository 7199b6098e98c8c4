import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { sleep, until } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

/* SIGKILL to an operation at some moment: nothing that was there is lost, and nothing half stays. */

const world = await makeWorld({
  images: { busybox: {}, other: { layers: [[{ path: "f", content: "x" }]] } },
});
after(() => world.close());
const { host } = world;
const store = join(host.dataDirectory, "tspod");
const archive = join(host.directory, "other.tar");

/** Moments after the command's start, as shares of the time that it takes when nobody kills it. */
const MOMENTS = [0.3, 0.5, 0.7, 0.9];
/** What a program that is killed by SIGKILL leaves to its shell. */
const KILLED = 137;

interface Operation {
  readonly args: readonly string[];
  /** Makes what the operation works on; every command may be repeated. */
  readonly prepare: readonly (readonly string[])[];
  /** What shows that it is done, where it is repeated after the kill. */
  readonly done: () => Promise<boolean>;
}

const succeeds = async (args: readonly string[]): Promise<boolean> => (await host.tspod(args)).code === 0;
const isImage = (name: string) => () => succeeds(["image", "exists", name]);
const isNoImage = (name: string) => async () => !(await isImage(name)());

const OPERATIONS: Readonly<Record<string, Operation>> = {
  commit: {
    prepare: [],
    args: ["commit", "-q", "kept", "localhost/made"],
    done: isImage("localhost/made"),
  },
  "commit --squash": {
    prepare: [],
    args: ["commit", "-q", "--squash", "kept", "localhost/squashed"],
    done: isImage("localhost/squashed"),
  },
  load: {
    prepare: [["rmi", "-f", "-i", "test.localhost/other:latest"]],
    args: ["load", "-q", "-i", archive],
    done: isImage("test.localhost/other:latest"),
  },
  tag: {
    prepare: [["untag", IMAGE, "localhost/tagged:1"]],
    args: ["tag", IMAGE, "localhost/tagged:1"],
    done: isImage("localhost/tagged:1"),
  },
  untag: {
    prepare: [["tag", IMAGE, "localhost/untagged:1"]],
    args: ["untag", IMAGE, "localhost/untagged:1"],
    done: isNoImage("localhost/untagged:1"),
  },
  rmi: {
    prepare: [["load", "-q", "-i", archive]],
    args: ["rmi", "-f", "-i", "test.localhost/other:latest"],
    done: isNoImage("test.localhost/other:latest"),
  },
  rm: {
    prepare: [
      ["rm", "-f", "going"],
      ["create", "--name", "going", "-v", "/v", IMAGE, "true"],
    ],
    args: ["rm", "-f", "-v", "going"],
    done: async () => !(await succeeds(["container", "exists", "going"])),
  },
  rename: {
    prepare: [
      ["rm", "-f", "renamed", "going"],
      ["create", "--name", "going", IMAGE, "true"],
    ],
    args: ["rename", "going", "renamed"],
    done: () => succeeds(["container", "exists", "renamed"]),
  },
  "manifest create": {
    prepare: [["manifest", "rm", "localhost/list"]],
    args: ["manifest", "create", "localhost/list", IMAGE],
    done: () => succeeds(["manifest", "exists", "localhost/list"]),
  },
  "manifest rm": {
    prepare: [["manifest", "create", "localhost/list", IMAGE]],
    args: ["manifest", "rm", "localhost/list"],
    done: async () => !(await succeeds(["manifest", "exists", "localhost/list"])),
  },
  "artifact add": {
    prepare: [["artifact", "rm", "-i", "files:1"]],
    args: ["artifact", "add", "files:1", archive],
    done: () => succeeds(["artifact", "inspect", "files:1"]),
  },
  "artifact rm": {
    prepare: [["artifact", "add", "--replace", "files:2", archive]],
    args: ["artifact", "rm", "files:2"],
    done: async () => !(await succeeds(["artifact", "inspect", "files:2"])),
  },
  "volume create": {
    prepare: [["volume", "rm", "-f", "made"]],
    args: ["volume", "create", "made"],
    done: () => succeeds(["volume", "exists", "made"]),
  },
};

before(async () => {
  await host.ok(["save", "-q", "-o", archive, "test.localhost/other:latest"]);
  await host.ok([
    "run",
    "--name",
    "kept",
    "-v",
    "data:/d",
    IMAGE,
    "sh",
    "-c",
    "echo in >/d/file; echo own >/file",
  ]);
});

/** What no operation in here may touch. */
async function assertNothingLost(): Promise<void> {
  assert.equal(await host.ok(["run", "--rm", "-v", "data:/d", IMAGE, "cat", "/d/file"]), "in");
  assert.equal(await host.ok(["cp", "kept:/file", "-"]).then((tar) => tar.includes("own\n")), true);
  const { code, stdout, stderr } = await host.tspod(["system", "check"]);
  assert.deepEqual([code, stderr], [0, ""], stdout);
}

/** What is in tmp/ whose makers are gone is swept by the operations that follow. */
function leftovers(): string[] {
  const locks = readdirSync(join(store, "locks/containers")).filter(
    (name) => !existsSync(join(store, "containers", name.replace(/\.lock$/, ""))),
  );
  return [...readdirSync(join(store, "tmp")), ...readdirSync(join(store, "partial")), ...locks];
}

for (const [name, { prepare, args, done }] of Object.entries(OPERATIONS))
  describe(name, () => {
    let duration = 0;
    let killed = 0;

    // The faster of two calls: on a machine that does other things, too, one may take several times as long.
    before(async () => {
      duration = Math.min(await timed(), await timed());
    });

    async function timed(): Promise<number> {
      for (const step of prepare) await host.tspod(step);
      const began = performance.now();
      await host.ok(args);
      return performance.now() - began;
    }

    for (const moment of MOMENTS)
      test(`after ${moment * 100} % of its time`, async () => {
        for (const step of prepare) await host.tspod(step);
        const running = host.start(args);
        await sleep(moment * duration);
        running.child.kill("SIGKILL");
        if ((await running.ended).code === KILLED) killed++;
        await assertNothingLost();
        if (!(await done())) {
          await host.ok(args);
          assert.ok(await done(), "the operation, repeated");
        }
      });

    test("kills fell into the operation", () => assert.ok(killed >= 1, `${killed} of ${MOMENTS.length}`));
  });

test("nothing is left of them when others have worked", async () => {
  await host.ok(["load", "-q", "-i", archive]);
  await host.ok(["rmi", "-f", "test.localhost/other:latest"]);
  await host.ok(["run", "--rm", IMAGE, "true"]);
  await until(() => leftovers().length === 0, "the sweep", 30_000).catch(() =>
    assert.deepEqual(leftovers(), []),
  );
});
