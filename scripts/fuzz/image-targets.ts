import { closeSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { sniffMediaType } from "../../src/artifact/sniff-media-type.ts";
import type { Descriptor } from "../../src/oci/descriptor.ts";
import { digestHex, sha256 } from "../../src/oci/digest.ts";
import { elfArchitecture, parseElf } from "../../src/oci/elf.ts";
import { lookupGroups, lookupUser } from "../../src/oci/lookup-user.ts";
import { parseChallenges } from "../../src/registry/auth/challenge.ts";
import { decodeBody } from "../../src/registry/decode-body.ts";
import { nextPageQuery } from "../../src/registry/list-tags.ts";
import { parseJsonBody } from "../../src/registry/parse-json.ts";
import { parsePayload } from "../../src/registry/policy/signature-payload.ts";
import { parseRetryAfter } from "../../src/registry/response-error.ts";
import { parseSignature } from "../../src/registry/signatures/signature.ts";
import { readDockerArchive } from "../../src/storage/archive/docker-archive.ts";
import { readImageDirectory } from "../../src/storage/archive/image-directory.ts";
import { ociEntries, readOciImage } from "../../src/storage/archive/oci-archive.ts";
import { indexTar, type TarIndex } from "../../src/storage/archive/tar-index.ts";
import { decompressed } from "../../src/storage/compression/decompress.ts";
import { buildTar } from "../../test/fixtures/build-tar.ts";
import { withChecksums } from "./mutate.ts";
import { json, type Target, texts } from "./target.ts";

const LAYER = buildTar([{ name: "f", body: "x" }]);
const CONFIG = JSON.stringify({
  architecture: "amd64",
  os: "linux",
  config: {},
  rootfs: { type: "layers", diff_ids: [sha256(LAYER)] },
});
const MANIFEST = JSON.stringify({
  schemaVersion: 2,
  mediaType: "application/vnd.oci.image.manifest.v1+json",
  config: {
    mediaType: "application/vnd.oci.image.config.v1+json",
    digest: sha256(CONFIG),
    size: CONFIG.length,
  },
  layers: [
    { mediaType: "application/vnd.oci.image.layer.v1.tar", digest: sha256(LAYER), size: LAYER.length },
  ],
});
const INDEX = JSON.stringify({
  schemaVersion: 2,
  manifests: [
    {
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      digest: sha256(MANIFEST),
      size: MANIFEST.length,
      annotations: { "org.opencontainers.image.ref.name": "localhost/x:1" },
    },
  ],
});
const DOCKER_ITEMS = JSON.stringify([
  { Config: "config.json", RepoTags: ["localhost/x:1"], Layers: ["link/layer.tar"] },
]);

const blob = (content: string | Buffer) => ({
  name: `blobs/sha256/${digestHex(sha256(content))}`,
  body: content,
});
const named = (content: string | Buffer) => ({ name: digestHex(sha256(content)), body: content });
const ARCHIVES = {
  docker: buildTar([
    { name: "layer.tar", body: LAYER },
    { name: "link/layer.tar", type: "2", link: "../layer.tar" },
    { name: "config.json", body: CONFIG },
    { name: "manifest.json", body: DOCKER_ITEMS },
  ]),
  oci: buildTar([
    { name: "oci-layout", body: '{"imageLayoutVersion":"1.0.0"}' },
    { name: "index.json", body: INDEX },
    ...[MANIFEST, CONFIG, LAYER].map(blob),
  ]),
  directory: buildTar([{ name: "manifest.json", body: MANIFEST }, ...[CONFIG, LAYER].map(named)]),
};

/** Reads a tar as an archive of images: the reader gets its index, as from a file. */
function archiveTarget(
  name: string,
  { path, corpus }: { path: string; corpus: Buffer },
  read: (tar: TarIndex) => unknown,
): Target {
  return {
    name,
    corpus: [corpus],
    async read(input) {
      writeFileSync(path, withChecksums(input));
      const fd = openSync(path, "r");
      try {
        await read(indexTar(fd));
      } finally {
        closeSync(fd);
      }
    },
  };
}

async function readAll(stream: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of stream);
}

/** What a registry answers beside manifests and blobs. */
const ANSWER_TARGETS: readonly Target[] = [
  {
    name: "coding of a body",
    corpus: texts("gzip", "identity, zstd", "br,deflate"),
    read: (input) => void decodeBody(Readable.from([]), input.toString()).destroy(),
  },
  {
    name: "challenge",
    corpus: texts(
      'Bearer realm="https://a/token",service="b",scope="c:d:e"',
      'Basic realm=a, Bearer x="\\"y"',
    ),
    read: (input) => parseChallenges([input.toString()]),
  },
  {
    name: "link to the next page",
    corpus: texts('</v2/a/tags/list?last=x&n=9>; rel="next"'),
    read: (input) => nextPageQuery({ headers: { link: input.toString() } }),
  },
  { name: "registry's answer", corpus: json({ tags: ["a"] }, { errors: [] }), read: parseJsonBody },
  {
    name: "time to wait",
    corpus: texts("120", "Fri, 31 Dec 1999 23:59:59 GMT"),
    read: (input) => parseRetryAfter(input.toString(), 0),
  },
];

/** What a registry, or who has made an image, decides. @param directory absolute path, for files */
export function imageTargets(directory: string): Target[] {
  const path = join(directory, "archive.tar");
  const first = ([manifest]: readonly Descriptor[]): Descriptor => manifest ?? JSON.parse(INDEX).manifests[0];
  const compressed = [gzipSync(LAYER), zstdCompressSync(LAYER)];
  return [
    ...ANSWER_TARGETS,
    archiveTarget("Docker archive", { path, corpus: ARCHIVES.docker }, readDockerArchive),
    archiveTarget("OCI archive", { path, corpus: ARCHIVES.oci }, (tar) =>
      ociEntries(tar).map((entry) => readOciImage(tar, entry, first)),
    ),
    archiveTarget("image directory", { path, corpus: ARCHIVES.directory }, readImageDirectory),
    {
      name: "compressed layer",
      corpus: compressed,
      // Others than these two are given to programs of their own.
      read: (input) =>
        /^(?:BZh|\xfd7zXZ)/.test(input.toString("latin1"))
          ? undefined
          : readAll(decompressed(Readable.from([input]))),
    },
    {
      name: "signature",
      corpus: texts(
        `\0sigstore-json\n${JSON.stringify({ mimeType: "a/b", payload: "YQ==", annotations: { a: "b" } })}`,
        "\x90\x01",
      ),
      read: parseSignature,
    },
    {
      name: "payload of a signature",
      corpus: json({
        critical: {
          type: "atomic container signature",
          image: { "docker-manifest-digest": sha256("") },
          identity: { "docker-reference": "localhost/x" },
        },
        optional: { creator: "a", timestamp: 1 },
      }),
      read: (input) => parsePayload(input.toString(), "simple"),
    },
    {
      name: "program",
      corpus: [Buffer.from("7f454c4602010100000000000000000002003e0001000000", "hex")],
      read: (input) => [parseElf(input), elfArchitecture(input)],
    },
    { name: "artifact's file", corpus: texts("<html>", "%PDF-", "{}"), read: sniffMediaType },
    {
      name: "image's passwd and group",
      corpus: texts("root:x:0:0:root:/root:/bin/sh\nu:x:1000:1000::/home/u:/bin/sh\n", "g:x:1000:u,v\n#c\n"),
      read(input) {
        const files = { passwdText: input.toString(), groupText: input.toString() };
        lookupUser("1000", files);
        lookupUser("root:g", files);
        lookupGroups(["g", "7"], files);
      },
    },
  ];
}
