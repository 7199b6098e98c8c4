import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { startSwapper } from "./support/swapper.ts";
import { type TarEntry, tarArchive } from "./support/tar-archive.ts";
import { IMAGE, makeWorld } from "./support/world.ts";

/*
 * A container that swaps names while tspod works on its files: what it can move must never lead to the host's
 * own files. The windows are made so wide (large files, many files) that whatever looks a name up a second
 * time loses.
 */

const world = await makeWorld();
after(() => world.close());
const { host } = world;
const at = (path: string) => join(host.directory, path);
const dataOf = (volume: string) => join(host.dataDirectory, "tspod/volumes", volume, "_data");

const PRIVATE = at("private");
const KEY = at("private/key");
/** Files in a directory, bytes of a file: copying so much takes long enough to be interrupted. */
const MANY = 600;
const LARGE = 24 * 1024 * 1024;

/** What the host has of its own, told by what could have been done to it. */
function privateFiles(): string {
  return [PRIVATE, KEY]
    .map((path) => statSync(path))
    .map(({ mode, uid, mtimeMs }) => `${(mode & 0o7777).toString(8)} ${uid} ${mtimeMs}`)
    .join("; ");
}

before(async () => {
  mkdirSync(PRIVATE, { mode: 0o700 });
  writeFileSync(KEY, "secret\n", { mode: 0o600 });
  mkdirSync(at("big"));
  for (let i = 0; i < MANY; i++) writeFileSync(at(`big/${i}`), "x");
  chmodSync(at("big"), 0o777);
  writeFileSync(at("file"), Buffer.alloc(LARGE, "x"));
  chmodSync(at("file"), 0o4777);
  await host.ok(["run", "-d", "--name", "evil", "-v", "v:/d", "-v", "o:/o", IMAGE, "sleep", "1000"]);
  await host.ok(["cp", at("big"), "evil:/o/"]);
  await host.ok(["cp", at("file"), "evil:/o/"]);
});

/**
 * What was copied is swapped for a symlink to the host's files as soon as it is there, while its content is
 * still copied.
 */
async function race(
  { name, target }: { readonly name: string; readonly target: string },
  copy: () => Promise<unknown>,
): Promise<void> {
  chmodSync(PRIVATE, 0o700);
  chmodSync(KEY, 0o600);
  const unharmed = privateFiles();
  const directory = dataOf("v");
  await using swapper = await startSwapper({ directory, name, manner: "once", decoy: { symlink: target } });
  for (let round = 0; round < 2; round++) {
    for (const each of readdirSync(directory)) rmSync(join(directory, each), { recursive: true });
    await copy(); // whether it says that something has gone wrong is its own affair
    assert.equal(privateFiles(), unharmed, `round ${round}`);
  }
  assert.ok((await swapper.stop()) > 0, "it was swapped");
}

describe("nobody chmods, chowns or dates the host's files", () => {
  const files: TarEntry[] = Array.from({ length: MANY }, (_, i) => ({ path: `big/${i}`, content: "x" }));
  const tar = tarArchive([{ path: "big/", mode: 0o777 }, ...files]);
  const fileTar = tarArchive([{ path: "file", mode: 0o4777, content: Buffer.alloc(LARGE, "x") }]);
  for (const [title, name, target, args, input] of [
    ["cp of a directory", "big", PRIVATE, ["cp", at("big"), "evil:/d/"], undefined],
    ["cp of a file", "file", KEY, ["cp", at("file"), "evil:/d/"], undefined],
    ["cp of a container's directory", "big", PRIVATE, ["cp", "evil:/o/big", "evil:/d/"], undefined],
    ["cp of a container's setuid file", "file", KEY, ["cp", "evil:/o/file", "evil:/d/"], undefined],
    ["cp of a tar", "big", PRIVATE, ["cp", "-", "evil:/d"], tar],
    ["cp of a tar with a file", "file", KEY, ["cp", "-", "evil:/d"], fileTar],
    ["volume import", "big", PRIVATE, ["volume", "import", "v", "-"], tar],
    ["volume import of a file", "file", KEY, ["volume", "import", "v", "-"], fileTar],
  ] as const)
    test(title, () => race({ name, target }, () => host.tspod(args, input === undefined ? {} : { input })));
});
