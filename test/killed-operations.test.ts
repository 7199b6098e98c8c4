import assert from "node:assert/strict";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { sleep } from "./support/program.ts";
import { IMAGE, makeWorld } from "./support/world.ts";

/** Milliseconds after the start: before the store is open, in the middle, about the end. */
const MOMENTS = [20, 45, 70, 100, 150];

const world = await makeWorld();
after(() => world.close());
const { host } = world;
const archive = join(host.directory, "app.tar");
await host.ok(["tag", IMAGE, "kept:1"]);
await host.ok(["save", "-q", "-o", archive, "kept:1"]);
await host.ok(["run", "--name", "source", IMAGE, "sh", "-c", "echo made > /made"]);

interface Operation {
  readonly args: readonly string[];
  /** Makes what it works on, whatever an earlier try has left. */
  readonly before?: () => Promise<unknown>;
  /** What a repetition may say where the killed one had come to its end. */
  readonly done?: RegExp;
  /** Holds once it is done. */
  readonly after: () => Promise<unknown>;
}

const isThere = (...args: string[]) => host.ok([...args]);
const isGone = async (...args: string[]) => assert.notEqual((await host.tspod(args)).code, 0);
const quietly = (...args: string[]) => host.tspod(args);

const OPERATIONS: Readonly<Record<string, Operation>> = {
  load: {
    before: () => quietly("rmi", "kept:1"),
    args: ["load", "-q", "-i", archive],
    after: () => isThere("image", "exists", "kept:1"),
  },
  commit: {
    before: () => quietly("rmi", "committed"),
    args: ["commit", "-q", "source", "committed"],
    after: async () => assert.equal(await host.ok(["run", "--rm", "committed", "cat", "/made"]), "made"),
  },
  import: {
    before: () => quietly("rmi", "imported"),
    args: ["import", "-q", archive, "imported"],
    after: () => isThere("image", "exists", "imported"),
  },
  tag: {
    before: () => quietly("untag", IMAGE, "tagged:1"),
    args: ["tag", IMAGE, "tagged:1"],
    after: () => isThere("image", "exists", "tagged:1"),
  },
  rmi: {
    before: () => host.ok(["tag", IMAGE, "removed:1"]),
    args: ["rmi", "removed:1"],
    done: /image not known/,
    after: () => isGone("image", "exists", "removed:1"),
  },
  "rmi of a last name": {
    before: () => host.ok(["commit", "-q", "source", "last"]),
    args: ["rmi", "last"],
    done: /image not known/,
    after: () => isGone("image", "exists", "last"),
  },
  create: {
    before: () => quietly("rm", "-f", "created"),
    args: ["create", "--name", "created", IMAGE, "true"],
    done: /already in use/,
    after: () => isThere("start", "-a", "created"),
  },
  rm: {
    before: () => quietly("create", "--name", "victim", IMAGE, "true"),
    args: ["rm", "victim"],
    done: /no such container|no container with/,
    after: () => isGone("container", "exists", "victim"),
  },
  "manifest create": {
    before: () => quietly("manifest", "rm", "list:1"),
    args: ["manifest", "create", "list:1", IMAGE],
    done: /already in use/,
    after: () => isThere("manifest", "inspect", "list:1"),
  },
  "volume create": {
    before: () => quietly("volume", "rm", "held"),
    args: ["volume", "create", "held"],
    done: /already exists/,
    after: () => isThere("volume", "exists", "held"),
  },
  "volume rm": {
    before: () => host.ok(["volume", "create", "--ignore", "going"]),
    args: ["volume", "rm", "going"],
    done: /no such volume/,
    after: () => isGone("volume", "exists", "going"),
  },
};

for (const [name, { args, before, done, after: check }] of Object.entries(OPERATIONS)) {
  describe(`kill -9 at some moment of ${name}: nothing is lost, and it can be done again`, () => {
    for (const moment of MOMENTS) {
      test(`after ${moment} ms`, async () => {
        await before?.();
        const running = host.start(args);
        await sleep(moment);
        running.child.kill("SIGKILL");
        await running.ended;
        await host.ok(["system", "check", "--quick"]);
        const again = await host.tspod(args);
        if (again.code !== 0) assert.match(again.stderr, done ?? /^$/);
        await check();
        await host.ok(["run", "--rm", IMAGE, "true"]);
      });
    }
  });
}
