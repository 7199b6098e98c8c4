import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { descriptorOf, makeBlob, makeImage } from "../support/image.ts";
import { requireProgram, runProgram, TSPOD } from "../support/program.ts";
import { type TarEntry, tarArchive } from "../support/tar-archive.ts";
import { makeWorld } from "../support/world.ts";

/*
 * Layers that no honest tool makes: each is refused in one line, in little memory, and nothing of its image
 * stays.
 */

const world = await makeWorld({ images: {} });
after(() => world.close());
const { host, registry } = world;

/** Megabytes; without any layer a pull takes some 75. */
const MEMORY_MAX = 180;
const GIB = 1024 ** 3;

/** A tar whose first header has this in a field of 12 bytes, and a checksum that fits. */
function withField(offset: number, field: Buffer): Buffer {
  const tar = tarArchive([{ path: "f" }]);
  field.copy(tar, offset);
  tar.write("        ", 148);
  const sum = tar.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  tar.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return tar;
}

const SIZE = 124;
const base256 = (start: number, value: bigint): Buffer => {
  const field = Buffer.alloc(12, start === 0xff ? 0xff : 0);
  field[0] = start;
  field.writeBigInt64BE(value, 4);
  return field;
};

const cases: readonly (readonly [name: string, layer: readonly TarEntry[] | Buffer, message: RegExp])[] = [
  ["a name that leads out", [{ path: "../evil", content: "x" }], /leads out/],
  ["a hard link that leads out", [{ path: "l", type: "hardlink", linkTo: "../../etc/passwd" }], /leads out/],
  [
    "a hard link through a symlink that leads out",
    [
      { path: "s", linkTo: "/" },
      { path: "l", type: "hardlink", linkTo: "s/etc/passwd" },
    ],
    /not there/,
  ],
  [
    "directories deeper than anybody wants to make, or remove",
    [{ path: "x", pax: { path: "a/".repeat(20_000) } }],
    /is 19999 directories deep: an archive may have 16384/,
  ],
  [
    "a name longer than a file system takes",
    [{ path: "x", pax: { path: "a".repeat(300) } }],
    /name too long/i,
  ],
  ["a negative size", withField(SIZE, base256(0xff, -1n)), /bad number/],
  ["a size beyond all numbers", withField(SIZE, base256(0x80, 2n ** 62n)), /bad number/],
  ["8 GiB that are not there", withField(SIZE, base256(0x80, BigInt(8 * GIB))), /breaks off/],
  ["a PAX header of 1 GiB", hugePax(GIB), /extended header too long/],
  [
    "a PAX header of 15 MiB that is no record",
    hugePax(15 * 1024 ** 2, Buffer.alloc(15 * 1024 ** 2, "9")),
    /damaged PAX/,
  ],
  [
    "a sparse file whose map is longer than it",
    [
      {
        path: "s",
        content: `${"9".repeat(15)}\n`.padEnd(1024, "1\n"),
        pax: { "GNU.sparse.major": "1", "GNU.sparse.realsize": "1" },
      },
    ],
    /sparse map/,
  ],
  ["no tar", Buffer.alloc(100_000, "not a tar "), /checksum/],
];

/** A PAX header that says so many bytes follow. */
function hugePax(size: number, body = Buffer.alloc(0)): Buffer {
  const header = withField(SIZE, Buffer.from(`${size.toString(8).padStart(11, "0")}\0`));
  header.write("x", 156);
  header.write("        ", 148);
  const sum = header.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return Buffer.concat([header.subarray(0, 512), body]);
}

/** Names of what a pull may leave in the store. */
function contentOf(): string[] {
  return ["images/blobs/sha256", "layers", "partial", "tmp"].flatMap((directory) =>
    readdirSync(join(host.dataDirectory, "tspod", directory)).map((name) => `${directory}/${name}`),
  );
}

async function refused(reference: string, message: RegExp): Promise<void> {
  const time = requireProgram("time", "time");
  const args = ["-q", "-f", "%M", TSPOD, "pull", "-q", reference];
  const { code, stdout, stderr } = await runProgram(time, args, { env: host.env, cwd: host.directory });
  const [error = "", kilobytes] = stderr.trim().split("\n");
  assert.equal(code, 125, stderr);
  assert.equal(stdout, "");
  assert.match(error, /^Error: /);
  assert.match(error, message);
  assert.ok(Number(kilobytes) < MEMORY_MAX * 1024, `${kilobytes} kB`);
  assert.deepEqual(contentOf(), []);
}

for (const [name, layer, message] of cases) {
  test(`refused, and nothing is left: ${name}`, async () => {
    const fine = [{ path: "fine", content: "x" }];
    registry.add("hostile", "latest", makeImage({ layers: [fine, layer] }));
    await refused("test.localhost/hostile", message);
  });
}

test("a gigabyte of zeroes in a megabyte is read in little memory", async () => {
  const bomb = makeImage({ layers: [Buffer.alloc(GIB)] });
  const { config } = makeImage({ layers: [[{ path: "other" }]] });
  const manifest = JSON.parse(bomb.manifest.content.toString());
  const forged = Buffer.from(JSON.stringify({ ...manifest, config: descriptorOf(config) }));
  registry.add("bomb", "latest", {
    manifest: makeBlob(bomb.manifest.mediaType, forged),
    config,
    layers: bomb.layers,
  });
  await refused("test.localhost/bomb", /diffID/);
});

test("a manifest without an end", async () => {
  const { manifest } = makeImage({ layers: [[{ path: "f" }]] });
  registry.intercept((request, response) => {
    if (!request.url?.includes("/endless/manifests/")) return false;
    response.writeHead(200, { "content-type": manifest.mediaType });
    const more = (): void => {
      if (!response.destroyed) response.write(" ".repeat(100_000), () => setImmediate(more));
    };
    more();
    return true;
  });
  await refused("test.localhost/endless", /exceeded maximum allowed size of 4194304 bytes/);
});
