import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { requireProgram } from "./program.ts";
import { type TarEntry, tarArchive } from "./tar-archive.ts";

/** A blob of an image with its digest. */
export interface Blob {
  readonly digest: string;
  readonly mediaType: string;
  readonly content: Buffer;
}

/** An image as a registry serves it. */
export interface TestImage {
  readonly manifest: Blob;
  readonly config: Blob;
  readonly layers: readonly Blob[];
}

export interface ImageOptions {
  /** Base layer first, as entries or as a tar. Default: one layer with a static busybox. */
  readonly layers?: readonly (readonly TarEntry[] | Buffer)[];
  readonly compression?: "gzip" | "zstd" | "none";
  /** The `config` of the image config: Cmd, Env, User… */
  readonly config?: Readonly<Record<string, unknown>>;
  /** In Go's words. */
  readonly architecture?: string;
  /** `docker` for Docker's media types. */
  readonly format?: "oci" | "docker";
}

const MEDIA_TYPES = {
  oci: {
    manifest: "application/vnd.oci.image.manifest.v1+json",
    config: "application/vnd.oci.image.config.v1+json",
    layer: {
      gzip: "application/vnd.oci.image.layer.v1.tar+gzip",
      zstd: "application/vnd.oci.image.layer.v1.tar+zstd",
      none: "application/vnd.oci.image.layer.v1.tar",
    },
  },
  docker: {
    manifest: "application/vnd.docker.distribution.manifest.v2+json",
    config: "application/vnd.docker.container.image.v1+json",
    layer: {
      gzip: "application/vnd.docker.image.rootfs.diff.tar.gzip",
      zstd: "application/vnd.docker.image.rootfs.diff.tar.zstd",
      none: "application/vnd.docker.image.rootfs.diff.tar",
    },
  },
} as const;

/** Of this machine, in Go's words. */
export const ARCHITECTURE = process.arch === "x64" ? "amd64" : process.arch;

export function sha256(content: Uint8Array): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}

export function makeBlob(mediaType: string, content: Uint8Array): Blob {
  return { mediaType, content: Buffer.from(content), digest: sha256(content) };
}

/** A descriptor of the blob, as manifests hold them. */
export function descriptorOf({ mediaType, digest, content }: Blob): {
  mediaType: string;
  digest: string;
  size: number;
} {
  return { mediaType, digest, size: content.length };
}

function compress(tar: Buffer, compression: "gzip" | "zstd" | "none"): Buffer {
  if (compression === "none") return tar;
  return compression === "zstd" ? zstdCompressSync(tar) : gzipSync(tar, { level: 1 });
}

export function makeImage(options: ImageOptions = {}): TestImage {
  const {
    layers = [busyboxLayer()],
    compression = "gzip",
    config,
    architecture = ARCHITECTURE,
    format = "oci",
  } = options;
  const types = MEDIA_TYPES[format];
  const tars = layers.map((layer) => (Buffer.isBuffer(layer) ? layer : tarArchive(layer)));
  const layerBlobs = tars.map((tar) => makeBlob(types.layer[compression], compress(tar, compression)));
  const imageConfig = {
    created: "2024-01-02T03:04:05Z",
    architecture,
    os: "linux",
    config: {
      Env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
      Cmd: ["sh"],
      ...config,
    },
    rootfs: { type: "layers", diff_ids: tars.map(sha256) },
    history: tars.map((_, index) => ({ created: "2024-01-02T03:04:05Z", created_by: `layer ${index}` })),
  };
  const configBlob = makeBlob(types.config, Buffer.from(JSON.stringify(imageConfig)));
  const manifest = {
    schemaVersion: 2,
    mediaType: types.manifest,
    config: descriptorOf(configBlob),
    layers: layerBlobs.map(descriptorOf),
  };
  return {
    manifest: makeBlob(types.manifest, Buffer.from(JSON.stringify(manifest))),
    config: configBlob,
    layers: layerBlobs,
  };
}

/** An index (manifest list) with one entry for each image. */
export function makeIndex(
  images: readonly { image: TestImage; platform: Readonly<Record<string, string>> }[],
): Blob {
  const index = {
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.index.v1+json",
    manifests: images.map(({ image, platform }) => ({ ...descriptorOf(image.manifest), platform })),
  };
  return makeBlob(index.mediaType, Buffer.from(JSON.stringify(index)));
}

/** The root file system of a small system: a static busybox under all its names, a few users. */
export function busyboxLayer(): TarEntry[] {
  const busybox = requireProgram("busybox", "busybox-static");
  const applets = execFileSync(busybox, ["--list"], { encoding: "utf8" }).trim().split("\n");
  return [
    { path: "bin/" },
    { path: "bin/busybox", mode: 0o755, content: readFileSync(busybox) },
    ...applets
      .filter((name) => name !== "busybox")
      .map(
        (name): TarEntry => ({ path: `bin/${name}`, type: "hardlink", linkTo: "bin/busybox", mode: 0o755 }),
      ),
    { path: "etc/" },
    {
      path: "etc/passwd",
      content:
        "root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1::/:/bin/false\ntester:x:1000:1000::/home/tester:/bin/sh\n",
    },
    { path: "etc/group", content: "root:x:0:\ndaemon:x:1:\ntester:x:1000:\nextra:x:2000:tester\n" },
    { path: "home/" },
    { path: "home/tester/", uid: 1000, gid: 1000 },
    { path: "root/", mode: 0o700 },
    { path: "tmp/", mode: 0o1777 },
    { path: "usr/" },
    { path: "usr/bin/" },
    { path: "var/" },
    { path: "var/data/" },
    { path: "var/data/seed", content: "from the image\n" },
    { path: "etc/notes", content: "not a program\n" },
  ];
}

/** As busyboxLayer(), with accounts that have not the caller's numbers, whoever that is. */
export function strangersLayer(): TarEntry[] {
  return busyboxLayer().map((entry) => {
    if (entry.path === "etc/passwd") return { ...entry, content: "root:x:0:0:root:/root:/bin/sh\n" };
    return entry.path === "etc/group" ? { ...entry, content: "root:x:0:\nextra:x:2000:\n" } : entry;
  });
}
