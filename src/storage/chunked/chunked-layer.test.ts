import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { zstdDecompressSync } from "node:zlib";
import { type BuiltEntry, buildTar } from "../../../test/fixtures/build-tar.ts";
import { CHUNKED_SPLIT_PLACE, CHUNKED_TABLE, CHUNKED_TABLE_PLACE } from "./annotations.ts";
import { NotChunkableError, writeChunkedLayer } from "./chunked-layer.ts";
import { crc64 } from "./crc64.ts";

interface Line {
  readonly type: string;
  readonly name: string;
  readonly size?: number;
  readonly digest?: string;
  readonly offset?: number;
  readonly endOffset?: number;
  readonly chunkOffset?: number;
  readonly chunkSize?: number;
  readonly chunkDigest?: string;
}

/** In pieces of an odd length, so that headers and contents are cut. */
async function* pieces(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 100_003) yield bytes.subarray(at, at + 100_003);
}

async function chunked(tar: Buffer) {
  const parts: Buffer[] = [];
  const annotations = await writeChunkedLayer(pieces(tar), undefined, async (bytes) => {
    parts.push(bytes);
  });
  const layer = Buffer.concat(parts);
  const placed = (annotation: string): { packed: Buffer; text: string; place: string } => {
    const place = annotations[annotation] ?? "";
    const [offset = 0, length = 0, uncompressed] = place.split(":").map(Number);
    const packed = layer.subarray(offset, offset + length);
    const text = packed.length === 0 ? "" : zstdDecompressSync(packed).toString();
    assert.equal(Buffer.byteLength(text), uncompressed);
    return { packed, text, place };
  };
  return { layer, annotations, table: placed(CHUNKED_TABLE_PLACE), split: placed(CHUNKED_SPLIT_PLACE) };
}

const big = Buffer.from(Array.from({ length: 2_500_000 }, (_, at) => at & 0xff));
const ENTRIES: readonly BuiltEntry[] = [
  { name: "d/" },
  { name: "d/small", body: "small", mode: 0o104755, uid: 7, gid: 8 },
  { name: "d/empty" },
  { name: "d/big", body: big },
  { name: "d/link", type: "2", link: "small" },
  { name: "d/hard", type: "1", link: "d/small" },
  { name: "pax", body: "p", pax: { path: "d/päx", mtime: "12.5", "SCHILY.xattr.user.x": "value" } },
];

/** What tar-split's lines and the contents of the files make. */
function rebuilt(split: string, contentOf: (name: string) => Buffer): Buffer {
  const lines = split.trimEnd().split("\n");
  return Buffer.concat(
    lines.map((line, at) => {
      const { type, name, size = 0, payload, position } = JSON.parse(line);
      assert.equal(position, at);
      if (type === 2) return Buffer.from(payload, "base64");
      if (size === 0) return Buffer.alloc(0);
      const content = contentOf(name);
      const sum = crc64();
      sum.update(content);
      assert.equal(payload, sum.digest().toString("base64"), name);
      return content;
    }),
  );
}

test("any reader of zstd reads the tar; by its table each content is found, by its split the tar is made", async () => {
  const tar = Buffer.concat([buildTar(ENTRIES), Buffer.alloc(9216)]);
  const { layer, annotations, table, split } = await chunked(tar);
  assert.deepEqual(zstdDecompressSync(layer), tar);
  const sum = (bytes: Buffer) => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
  assert.equal(annotations[CHUNKED_TABLE], sum(table.packed));
  const { version, entries, tarSplitDigest } = JSON.parse(table.text);
  assert.deepEqual([version, tarSplitDigest], [1, sum(split.packed)]);
  const lines: readonly Line[] = entries;

  const contentOf = (name: string): Buffer => {
    const own = lines.filter((line) => line.name === name);
    const end = own[0]?.endOffset;
    const parts = own.map(({ offset, chunkDigest, chunkSize }, at) => {
      const part = zstdDecompressSync(layer.subarray(offset, own[at + 1]?.offset ?? end));
      if (own.length > 1) assert.deepEqual([sum(part), part.length], [chunkDigest, chunkSize]);
      return part;
    });
    const content = Buffer.concat(parts);
    assert.deepEqual([sum(content), content.length], [own[0]?.digest, own[0]?.size], name);
    return content;
  };
  assert.deepEqual(contentOf("d/big"), big);
  assert.deepEqual(rebuilt(split.text, contentOf), tar);
  assert.deepEqual(
    lines.map(({ type, name, chunkOffset = 0 }) => `${type} ${name} ${chunkOffset}`),
    [
      "dir d/ 0",
      "reg d/small 0",
      "reg d/empty 0",
      "reg d/big 0",
      "chunk d/big 1048576",
      "chunk d/big 2097152",
      "symlink d/link 0",
      "hardlink d/hard 0",
      "reg d/päx 0",
    ],
  );
  // The footer is the last 64 bytes: where both are, and the mark of the form.
  const places = [...table.place.split(":"), ...split.place.split(":")];
  assert.deepEqual(
    places.map((_, at) => String(layer.readBigUInt64LE(layer.length - 64 + 8 * at))),
    places,
  );
  assert.equal(layer.toString("latin1", layer.length - 8), "GNUlInUx");
});

test("a tar without entries, and one without an end mark", async () => {
  for (const tar of [buildTar([]), buildTar(ENTRIES).subarray(0, -1024), Buffer.alloc(0)]) {
    const { layer, table } = await chunked(tar);
    assert.deepEqual(zstdDecompressSync(layer), tar);
    assert.equal(JSON.parse(table.text).entries.length, tar.length > 1024 ? 9 : 0);
  }
});

for (const [what, entry] of [
  ["a name twice", { name: "d/small" }],
  ["a name that is no UTF-8", { name: "x", pax: { path: Buffer.from([0x61, 0xff]) } }],
  ["a sparse file", { name: "x", pax: { "GNU.sparse.size": "5", "GNU.sparse.map": "0,0" } }],
  ["a file of another system", { name: "x", type: "V" }],
  ["a time that no calendar has", { name: "x", pax: { mtime: "999999999999999" } }],
  ["a year of five digits", { name: "x", pax: { atime: "253402300800" } }],
  ["a time before the year 0", { name: "x", pax: { ctime: "-62167219201" } }],
] as const)
  test(`${what} has no words in the table`, async () => {
    await assert.rejects(chunked(buildTar([...ENTRIES, entry])), NotChunkableError);
  });

test("a device's number that is none: the reader of layers passes over it", async () => {
  const tar = buildTar([{ name: "null", type: "3" }]);
  tar.write("zzzzzzz\0", 329, "latin1");
  tar.write("        ", 148, "latin1");
  const sum = tar.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  tar.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  await assert.rejects(chunked(tar), NotChunkableError);
});

test("a tar that breaks off in a content", async () => {
  await assert.rejects(chunked(buildTar([{ name: "x", body: "12345" }]).subarray(0, 514)), {
    message: "damaged tar: it breaks off in the middle",
  });
});
