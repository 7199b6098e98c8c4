import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { chmodSync, linkSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { makeContext } from "../support/build-context.ts";
import { makeHost } from "../support/host.ts";
import { readTree } from "./corpus/outcome.ts";

/*
 * A COPY that is done again takes what has not changed from the layer that it made before: one file, with a
 * name in each. What such a build makes is what one without any earlier layer makes.
 */

const host = makeHost();
after(() => host.close());

const DATE = new Date("2024-01-02T03:04:05.678Z");
const LARGE = Buffer.alloc(3 * 1024 * 1024, "large ");

function put(directory: string, name: string, content: string | Buffer): void {
  const path = join(directory, "files", name);
  writeFileSync(path, content);
  utimesSync(path, DATE, DATE);
}

const directory = makeContext(host, "FROM scratch\nCOPY files /files\n", {
  "files/same": "same\n",
  "files/changed": "one\n",
  "files/mode": "mode\n",
  "files/time": "time\n",
  "files/twin": "twin\n",
  "files/other": "twin\n",
  "files/empty": "",
  "files/deep/er/same": "deep\n",
});
for (const [name, content] of [
  ["same", "same\n"],
  ["changed", "one\n"],
  ["mode", "mode\n"],
  ["time", "time\n"],
  ["empty", ""],
  ["deep/er/same", "deep\n"],
  ["large", LARGE],
  ["large-changed", LARGE],
] as const)
  put(directory, name, content);
rmSync(join(directory, "files", "twin"));
put(directory, "other", "twin\n");
linkSync(join(directory, "files", "other"), join(directory, "files", "twin"));

const build = (...flags: string[]) => host.ok(["build", "-q", ...flags, directory]);

/** Absolute path of its only layer, whose chainID is its diffID. */
async function layerOf(image: string): Promise<string> {
  const layers = await host.ok(["image", "inspect", "--format", "{{json .RootFS.Layers}}", image]);
  const [diffId = ""] = JSON.parse(layers) as string[];
  return join(host.dataDirectory, "tspod", "layers", diffId.replace("sha256:", ""));
}

/** Names of the topmost layer's files, and how many names each file has. */
async function names(image: string): Promise<Record<string, number>> {
  const script = `for f in $(cd "$1/fs/files" && find . -type f | sort); do echo "$f $(stat -c %h "$1/fs/files/$f")"; done`;
  const listed = await host.ok(["unshare", "sh", "-c", script, "sh", await layerOf(image)]);
  return Object.fromEntries(
    listed.split("\n").map((line) => [line.slice(2, line.lastIndexOf(" ")), Number(line.split(" ").at(-1))]),
  );
}

describe("what has not changed is one file with a name in each layer", async () => {
  const first = await build();
  put(directory, "changed", "two\n");
  const later = Buffer.from(LARGE);
  later[later.length - 1] = 1;
  put(directory, "large-changed", later);
  chmodSync(join(directory, "files", "mode"), 0o600);
  utimesSync(join(directory, "files", "time"), DATE, new Date("2025-01-01T00:00:00Z"));
  // As a name of its own it is a file of its own.
  rmSync(join(directory, "files", "twin"));
  put(directory, "twin", "twin\n");
  const second = await build();

  test("and nothing else is", async () => {
    const counted = await names(second);
    assert.deepEqual(counted, {
      changed: 1,
      "deep/er/same": 2,
      empty: 2,
      large: 2,
      "large-changed": 1,
      mode: 1,
      // Two names of one file before: one of them is copied now.
      other: 3,
      same: 2,
      time: 1,
      twin: 1,
    });
  });

  test("the files are those of a build without the cache", async () => {
    const exported = async (name: string, ...flags: string[]) => {
      const dest = join(host.directory, `${name}.tar`);
      await build("-o", `type=tar,dest=${dest}`, ...flags);
      return await readTree(dest);
    };
    const cached = await exported("cached");
    assert.equal(Object.keys(cached).length, 13);
    assert.deepEqual(cached, await exported("alone", "--no-cache"));
  });

  test("the later image is whole when the earlier one has gone", async () => {
    await host.ok(["rmi", first]);
    await host.ok(["builder", "prune", "--force", "--all"]);
    assert.deepEqual(await names(second), {
      ...(await names(second)),
      same: 1,
      "deep/er/same": 1,
      large: 1,
    });
    const read = await host.ok(["unshare", "cat", `${await layerOf(second)}/fs/files/deep/er/same`]);
    assert.equal(read, "deep");
  });

  test("with a date for all files each is copied: its time is changed", async () => {
    put(directory, "changed", "three\n");
    const dated = await build("--timestamp", "1700000000");
    const counted = await names(dated);
    assert.deepEqual([counted.same, counted["deep/er/same"], counted.large], [1, 1, 1]);
  });
});

describe("a file that is known to be in the earlier layer is not read", () => {
  const known = makeContext(host, "FROM scratch\nCOPY files /files\n", {
    "files/a": "one\n",
    "files/b": "b\n",
  });
  const again = () => host.ok(["build", "-q", known]);
  // A digest is remembered of what has not changed for two seconds.
  const settle = () => new Promise((done) => setTimeout(done, 3100));
  const content = async (image: string, name: string) =>
    await host.ok(["unshare", "cat", `${await layerOf(image)}/fs/files/${name}`]);

  test("and one that has got its old time and size with another content is", async () => {
    utimesSync(join(known, "files/a"), DATE, DATE);
    utimesSync(join(known, "files/b"), DATE, DATE);
    await settle();
    const first = await again();
    writeFileSync(join(known, "files/a"), "two\n");
    utimesSync(join(known, "files/a"), DATE, DATE);
    writeFileSync(join(known, "files/c"), "c\n");
    await settle();
    const second = await again();
    assert.deepEqual([await content(second, "a"), await content(second, "b")], ["two", "b"]);
    assert.deepEqual(await names(second), { a: 1, b: 2, c: 1 });
    // Back again: what is noted is of the second layer, not of the first.
    writeFileSync(join(known, "files/a"), "one\n");
    utimesSync(join(known, "files/a"), DATE, DATE);
    rmSync(join(known, "files/b"));
    await settle();
    const third = await again();
    assert.deepEqual([await content(third, "a"), await content(first, "a")], ["one", "one"]);
    assert.deepEqual(await names(third), { a: 1, c: 2 });
  });

  test("its content is neither opened nor compared", async () => {
    // Whether it was read is seen by what is done with a layer's file that no longer is what was noted.
    writeFileSync(join(known, "files/b"), "b\n");
    utimesSync(join(known, "files/b"), DATE, DATE);
    await settle();
    const place = `${await layerOf(await again())}/fs/files/b`;
    await host.ok([
      "unshare",
      "sh",
      "-c",
      `m=$(stat -c %y "$1"); printf X | dd of="$1" conv=notrunc 2>/dev/null; touch -d "$m" "$1"`,
      "sh",
      place,
    ]);
    writeFileSync(join(known, "files/d"), "d\n");
    await settle();
    const next = await again();
    assert.equal(await content(next, "b"), "X");
    // Without the notes each file is compared, and that one copied.
    await host.ok([
      "unshare",
      "sh",
      "-c",
      `rm -f "$1"/*`,
      "sh",
      join(host.dataDirectory, "tspod/build/digests"),
    ]);
    writeFileSync(join(known, "files/e"), "e\n");
    assert.equal(await content(await again(), "b"), "b");
  });
});

test("files of another owner are whole, small ones and large ones, the first time and again", async () => {
  const owned = makeContext(host, "FROM scratch\nCOPY --chown=5:6 . /\n", { small: "small\n" });
  writeFileSync(join(owned, "large"), LARGE);
  for (const round of [1, 2]) {
    writeFileSync(join(owned, "round"), `${round}\n`);
    const dest = join(host.directory, `owned-${round}`);
    await host.ok(["build", "-q", "-o", `type=tar,dest=${dest}.tar`, owned]);
    const tree = await readTree(`${dest}.tar`);
    const digest = (content: string | Buffer) =>
      createHash("sha256").update(content).digest("hex").slice(0, 12);
    assert.equal(tree.small, `file 644 5:6 ${digest("small\n")}`);
    assert.equal(tree.large, `file 644 5:6 ${digest(LARGE)}`);
    assert.equal(tree.round, `file 644 5:6 ${digest(`${round}\n`)}`);
  }
});
