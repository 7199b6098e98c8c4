import { createHash } from "node:crypto";
import { closeSync, mkdirSync, openSync, renameSync, writeFileSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Digest, digestHex, parseDigest } from "../../oci/digest.ts";
import { TAR_END, tarHeader, tarPadding } from "../pack/tar-header-writer.ts";

/** A file of known content, or a stream of bytes of a known size. */
export type Content = Buffer | { readonly size: number; readonly bytes: AsyncIterable<Uint8Array> };

/** Where saved images go: a tar, or a directory. */
export interface SaveTarget {
  /** A file by its name in there, once for each name. */
  add(name: string, content: Content): Promise<void>;
  /**
   * The same for a file whose name is its digest, which is known only afterwards.
   * @param nameOf gives the name
   */
  addByDigest(
    bytes: AsyncIterable<Uint8Array>,
    nameOf: (digest: Digest) => string,
  ): Promise<{ digest: Digest; size: number }>;
  end(): void;
}

/** @param write takes the tar's bytes in order; it may keep none of them */
export function tarTarget(write: (bytes: Uint8Array) => void): SaveTarget {
  const made = new Set<string>();

  function makeParents(name: string): void {
    const parent = dirname(name);
    if (parent === "." || made.has(parent)) return;
    makeParents(parent);
    made.add(parent);
    write(tarHeader({ name: `${parent}/`, type: "directory", mode: 0o755 }));
  }

  return {
    async add(name, content) {
      if (made.has(name)) return;
      makeParents(name);
      made.add(name);
      const size = Buffer.isBuffer(content) ? content.length : content.size;
      write(tarHeader({ name, type: "file", mode: 0o444, size }));
      if (Buffer.isBuffer(content)) write(content);
      else await copyBytes(content, write);
      write(tarPadding(size));
    },
    addByDigest() {
      throw new Error("a tar can't name a file after it was written");
    },
    end: () => write(TAR_END),
  };
}

/** The size stands in the header already: more or less bytes would spoil all that follows. */
async function copyBytes(
  { size, bytes }: { size: number; bytes: AsyncIterable<Uint8Array> },
  write: (bytes: Uint8Array) => void,
): Promise<void> {
  let done = 0;
  for await (const chunk of bytes) {
    done += chunk.length;
    if (done > size) break;
    write(chunk);
  }
  if (done !== size) throw new Error(`${done} bytes came where ${size} were announced`);
}

/** @param root absolute path; made where it is missing, and what is in it stays */
export function directoryTarget(root: string, signal?: AbortSignal): SaveTarget {
  const path = (name: string): string => {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    return join(root, name);
  };
  return {
    async add(name, content) {
      if (Buffer.isBuffer(content)) return writeFileSync(path(name), content);
      await writeStream(path(name), interruptible(content.bytes, signal));
    },
    async addByDigest(bytes, nameOf) {
      const beside = path(`.${process.pid}.tmp`);
      const written = await writeStream(beside, interruptible(bytes, signal));
      renameSync(beside, path(nameOf(written.digest)));
      return written;
    },
    end: () => undefined,
  };
}

async function* interruptible(
  bytes: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    signal?.throwIfAborted();
    yield chunk;
  }
}

async function writeStream(
  path: string,
  bytes: AsyncIterable<Uint8Array>,
): Promise<{ digest: Digest; size: number }> {
  const hash = createHash("sha256");
  const fd = openSync(path, "w");
  let size = 0;
  try {
    for await (const chunk of bytes) {
      hash.update(chunk);
      for (let at = 0; at < chunk.length; ) at += writeSync(fd, chunk, at);
      size += chunk.length;
    }
  } finally {
    closeSync(fd);
  }
  return { digest: parseDigest(`sha256:${hash.digest("hex")}`), size };
}

/** Where an OCI layout has a blob. */
export function layoutBlob(digest: Digest): string {
  return `blobs/sha256/${digestHex(digest)}`;
}
