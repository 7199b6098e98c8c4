import { parseConfigOf } from "../../src/oci/parse-image-config.ts";
import { parseManifest } from "../../src/oci/parse-manifest.ts";
import { parseReference } from "../../src/oci/reference.ts";
import { parseDetachKeys } from "../../src/options/detach-keys.ts";
import { parseDuration } from "../../src/options/duration.ts";
import { parsePax } from "../../src/storage/tar/pax.ts";
import { tarReader } from "../../src/storage/tar/tar-reader.ts";
import { fileTargets } from "./file-targets.ts";
import { imageTargets } from "./image-targets.ts";
import { withChecksums } from "./mutate.ts";
import { RECORD_TARGETS } from "./record-targets.ts";
import { TAR_CORPUS } from "./tar-corpus.ts";
import { json, type Target, texts } from "./target.ts";
import { WORD_TARGETS } from "./word-targets.ts";

const DIGEST = `sha256:${"a".repeat(64)}`;
const descriptor = (type: string) => ({
  mediaType: `application/vnd.oci.image.${type}`,
  digest: DIGEST,
  size: 7,
});
const MANIFEST = {
  schemaVersion: 2,
  mediaType: "application/vnd.oci.image.manifest.v1+json",
  config: descriptor("config.v1+json"),
  layers: [
    descriptor("layer.v1.tar+gzip"),
    { ...descriptor("layer.v1.tar"), urls: ["https://example.com/x"] },
  ],
  annotations: { a: "b" },
};
const INDEX = {
  schemaVersion: 2,
  manifests: [
    { ...descriptor("manifest.v1+json"), platform: { os: "linux", architecture: "arm", variant: "v7" } },
  ],
};
const CONFIG = {
  architecture: "amd64",
  os: "linux",
  config: { Env: ["A=b"], Cmd: ["sh"], ExposedPorts: { "80/tcp": {} } },
  rootfs: { type: "layers", diff_ids: [DIGEST] },
  history: [{ created: "2024-01-02T03:04:05Z" }],
};

/** In pieces, so that entries are cut at every place. */
function readTar(tar: Buffer): void {
  const size = 1 + (tar.length % 1500);
  const reader = tarReader(({ size: bytes, uid, gid, mode, mtime }) => {
    for (const number of [bytes, uid, gid, mode, mtime.nanoseconds])
      if (!Number.isSafeInteger(number) || number < 0) throw new Error(`${number} where a number belongs`);
    if (!Number.isSafeInteger(mtime.seconds)) throw new Error(`time ${mtime.seconds}`);
    return { write: () => undefined, end: () => undefined, abort: () => undefined };
  });
  for (let at = 0; at < tar.length; at += size) reader.write(tar.subarray(at, at + size));
  reader.end();
}

const FORMAT_TARGETS: readonly Target[] = [
  { name: "tar", corpus: TAR_CORPUS, read: (input) => readTar(withChecksums(input)) },
  { name: "PAX header", corpus: texts("11 path=a/b\n", "20 SCHILY.xattr.a=b\n12 size=99\n"), read: parsePax },
  { name: "manifest", corpus: json(MANIFEST, INDEX), read: (input) => parseManifest(input, "") },
  { name: "image config", corpus: json(CONFIG), read: (input) => parseConfigOf(input.toString(), 1) },
  {
    name: "reference",
    corpus: texts(
      "alpine",
      "localhost:5000/a/b:1.0",
      `docker.io/library/x@${DIGEST}`,
      "UPPER/x",
      "a__b/c-d.e",
    ),
    read: (input) => parseReference(input.toString()),
  },
  {
    name: "duration",
    corpus: texts("1h2m3.5s", "10", "-1us", "1e3s"),
    read: (input) => parseDuration(input.toString()),
  },
  {
    name: "detach keys",
    corpus: texts("ctrl-p,ctrl-q", "a,b", "ctrl-["),
    read: (input) => parseDetachKeys(input.toString()),
  },
];

/**
 * All readers but the unpacker of layers.
 * @param directory absolute path of an empty one, for those that read files
 */
export function allTargets(directory: string): Target[] {
  return [
    ...FORMAT_TARGETS,
    ...imageTargets(directory),
    ...fileTargets(directory),
    ...RECORD_TARGETS,
    ...WORD_TARGETS,
  ];
}
